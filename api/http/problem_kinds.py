"""Every problem that is HTTP's own: what was wrong with the request, or with the moment. Rules' refusals stand apart.

A problem's code never changes once released; its type URI is `/problems/<code>`, where this server says the same in
both languages (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What one code always says: status, words and what to do next, in French and English."""

    code: str
    status: int
    words_fr: str
    words_en: str
    remedy_fr: str
    remedy_en: str


PROBLEMS: tuple[ProblemKind, ...] = (
    # the request's bytes
    ProblemKind(
        "BODY_NOT_JSON",
        400,
        "Le corps de la demande n'est pas du JSON accepté.",
        "The body of the request is not JSON that is accepted.",
        "Envoyez un objet JSON en UTF-8 : pas de membre en double, pas de nombre à virgule (montants en centimes, "
        "quantités et prix en texte).",
        "Send one JSON object in UTF-8: no member twice, no fraction (amounts in cents, quantities and prices as "
        "text).",
    ),
    ProblemKind(
        "PARAMETER_INVALID",
        400,
        "Un paramètre de l'adresse ou un en-tête n'a pas la forme attendue.",
        "A parameter of the address or a header does not have the expected form.",
        "Corrigez le paramètre nommé dans « place ».",
        "Mend the parameter that `place` names.",
    ),
    ProblemKind(
        "IDEMPOTENCY_KEY_INVALID",
        400,
        "L'en-tête Idempotency-Key doit porter de 1 à 200 caractères ASCII visibles.",
        "The Idempotency-Key header must carry 1 to 200 visible ASCII characters.",
        "Envoyez un UUID aléatoire, le même pour chaque nouvel essai de la même demande.",
        "Send a random UUID, the same for each retry of the same request.",
    ),
    ProblemKind(
        "BODY_TOO_SLOW",
        408,
        "Le corps de la demande n'est pas arrivé en entier à temps.",
        "The body of the request did not arrive whole in time.",
        "Renvoyez la demande, avec la même Idempotency-Key ; rien n'a été fait.",
        "Send the request again, with the same Idempotency-Key; nothing was done.",
    ),
    ProblemKind(
        "BODY_TOO_LARGE",
        413,
        "Le corps de la demande est trop long.",
        "The body of the request is too long.",
        "Envoyez au plus 1 Mio ; un fichier s'attache par son empreinte.",
        "Send at most 1 MiB; a file is attached by its digest.",
    ),
    ProblemKind(
        "FILE_TOO_LARGE",
        413,
        "Ce fichier est trop lourd pour être pris ici.",
        "This file is too large to be taken here.",
        "Envoyez-en un plus léger ; une facture se contrôle aussi avec « sceau document check ».",
        "Send a smaller one; an invoice can also be checked with `sceau document check`.",
    ),
    ProblemKind(
        "FILE_TYPE_UNSUPPORTED",
        415,
        "Le corps doit être un fichier, annoncé par un type que cette adresse prend.",
        "The body must be a file, announced by a type that this address takes.",
        "Envoyez l'en-tête Content-Type du fichier (/openapi.json dit lesquels), sans encodage de contenu.",
        "Send the file's Content-Type header (/openapi.json says which), without a content encoding.",
    ),
    ProblemKind(
        "FILE_NOT_CHECKED",
        422,
        "Ce fichier n'a pas pu être lu jusqu'au bout.",
        "This file could not be read through.",
        "Il est peut-être abîmé ; demandez-en un autre à son émetteur.",
        "It may be damaged; ask its issuer for another one.",
    ),
    ProblemKind(
        "CONTENT_TYPE_UNSUPPORTED",
        415,
        "Le corps doit être annoncé comme du JSON.",
        "The body must be announced as JSON.",
        "Envoyez l'en-tête Content-Type: application/json, sans encodage de contenu.",
        "Send the header Content-Type: application/json, without a content encoding.",
    ),
    ProblemKind(
        "REQUEST_INVALID",
        422,
        "La demande n'a pas la forme attendue : voyez « errors ».",
        "The request does not have the expected form: see `errors`.",
        "Corrigez chaque endroit nommé ; le schéma est dans /openapi.json.",
        "Mend each place that is named; the schema is in /openapi.json.",
    ),
    ProblemKind(
        "VALUE_NOT_RECORDABLE",
        422,
        "Cette valeur ne peut pas être inscrite dans un registre.",
        "This value cannot be written in a ledger.",
        "Retirez les caractères de contrôle ou d'écriture bidirectionnelle, ou raccourcissez le document.",
        "Take out control and bidirectional characters, or make the document shorter.",
    ),
    # who asks
    ProblemKind(
        "KEY_REQUIRED",
        401,
        "Une clé d'accès valable est nécessaire.",
        "A valid API key is needed.",
        "Envoyez l'en-tête Authorization: Bearer sk_...",
        "Send the header Authorization: Bearer sk_...",
    ),
    ProblemKind(
        "ROLE_INSUFFICIENT",
        403,
        "Cette clé n'a pas le rôle qu'il faut pour cela.",
        "This key does not have the role that this needs.",
        "Demandez au propriétaire du registre une clé d'un autre rôle.",
        "Ask the owner of the ledger for a key of another role.",
    ),
    ProblemKind(
        "FORM_FROM_ELSEWHERE",
        403,
        "Ce formulaire ne vient pas d'une page de ce site.",
        "This form does not come from a page of this site.",
        "Ouvrez la page ici, et remplissez le formulaire de nouveau ; rien n'a été fait.",
        "Open the page here, and fill the form in again; nothing was done.",
    ),
    ProblemKind(
        "FORM_TOO_OLD",
        403,
        "Ce formulaire date d'une autre session.",
        "This form is of another session.",
        "Revenez à la page, rechargez-la et envoyez le formulaire de nouveau ; rien n'a été fait.",
        "Go back to the page, load it again and send the form once more; nothing was done.",
    ),
    ProblemKind(
        "PROVIDER_MESSAGE_NOT_SIGNED",
        400,
        "Ce message n'est pas signé par le prestataire de paiement, ou l'est depuis trop longtemps.",
        "This message is not signed by the payment provider, or was signed too long ago.",
        "Vérifiez le secret de signature et l'horloge du serveur.",
        "Check the signing secret and the server's clock.",
    ),
    # what is asked for
    ProblemKind(
        "ADDRESS_UNKNOWN",
        404,
        "Il n'y a rien à cette adresse.",
        "There is nothing at this address.",
        "Les adresses sont dans /openapi.json.",
        "The addresses are in /openapi.json.",
    ),
    ProblemKind(
        "LEDGER_UNKNOWN",
        404,
        "Il n'y a pas de registre de ce nom pour cette clé.",
        "There is no ledger of this name for this key.",
        "GET /v1/ledgers donne les registres de votre clé.",
        "GET /v1/ledgers gives the ledgers of your key.",
    ),
    ProblemKind(
        "NOT_FOUND",
        404,
        "L'élément demandé n'existe pas dans ce registre.",
        "What is asked for does not exist in this ledger.",
        "Vérifiez l'identifiant.",
        "Check the id.",
    ),
    ProblemKind(
        "DOCUMENT_ERASED",
        410,
        "Les données personnelles de ce document ont été effacées : le fichier émis n'existe plus ici, seule son "
        "empreinte demeure.",
        "The personal data of this document were erased: the file that was issued is no longer here, its digest is.",
        "Qui a gardé le fichier peut encore montrer qu'il est entier : POST documents/verify.",
        "Whoever kept the file can still show that it is whole: POST documents/verify.",
    ),
    ProblemKind(
        "RANGE_NOT_SATISFIABLE",
        416,
        "Le fichier ne va pas jusque-là.",
        "The file does not reach that far.",
        "L'en-tête Content-Range dit sa longueur.",
        "The Content-Range header tells its length.",
    ),
    ProblemKind(
        "METHOD_NOT_ALLOWED",
        405,
        "Cette méthode n'existe pas à cette adresse.",
        "This method does not exist at this address.",
        "L'en-tête Allow nomme les méthodes possibles.",
        "The Allow header names the methods there are.",
    ),
    # what stands against it
    ProblemKind(
        "IDEMPOTENCY_IN_PROGRESS",
        409,
        "Une demande portant cette clé d'idempotence est en cours.",
        "A request with this idempotency key is in progress.",
        "Attendez un instant et renvoyez la même demande avec la même clé.",
        "Wait a moment and send the same request with the same key.",
    ),
    ProblemKind(
        "DOCUMENT_NOT_RENDERED",
        409,
        "Ce document ne peut pas être mis en page : « reason » dit pourquoi. Rien n'a été remis ni inscrit.",
        "This document cannot be made into a file: `reason` says why. Nothing was handed out or recorded.",
        "L'écriture vaut par elle-même ; donnez « instance » à l'assistance pour obtenir son document.",
        "The entry stands by itself; give `instance` to support to get its document.",
    ),
    ProblemKind(
        "DRAFT_EXISTS",
        409,
        "Un brouillon porte déjà cet identifiant.",
        "A draft already has this id.",
        "Choisissez un autre UUID aléatoire.",
        "Choose another random UUID.",
    ),
    ProblemKind(
        "LAST_OWNER",
        409,
        "C'est la dernière clé propriétaire de ce registre.",
        "This is the last owner key of this ledger.",
        "Créez d'abord une autre clé propriétaire.",
        "Make another owner key first.",
    ),
    ProblemKind(
        "LEDGER_BEHIND_MARK",
        409,
        "La base est plus ancienne que le dernier sceau : une sauvegarde a été restaurée, ce registre n'accepte plus "
        "rien.",
        "The store is older than the last seal: a backup was restored, and this ledger takes nothing more.",
        "Ouvrez le registre qui lui succède (« continues »).",
        "Open the ledger that goes on from it (`continues`).",
    ),
    ProblemKind(
        "DRAFT_CHANGED",
        412,
        "Le brouillon a changé depuis que vous l'avez lu.",
        "The draft has changed since you read it.",
        "Relisez-le et envoyez son nouvel ETag dans If-Match.",
        "Read it again and send its new ETag in If-Match.",
    ),
    ProblemKind(
        "IDEMPOTENCY_MISMATCH",
        422,
        "Cette clé d'idempotence a déjà servi pour une autre demande.",
        "This idempotency key was used for another request.",
        "Prenez une nouvelle clé pour une nouvelle demande.",
        "Take a new key for a new request.",
    ),
    ProblemKind(
        "IF_MATCH_REQUIRED",
        428,
        "Changer un brouillon demande de dire quelle version vous avez lue.",
        "Changing a draft needs you to say which version you have read.",
        "Envoyez l'en-tête If-Match avec l'ETag reçu.",
        "Send the If-Match header with the ETag that you received.",
    ),
    # the moment
    ProblemKind(
        "INTERNAL",
        500,
        "Une faute du logiciel a arrêté cette demande.",
        "A fault of the software stopped this request.",
        "Renvoyez la même demande avec la même clé d'idempotence ; si la faute demeure, donnez « instance » à "
        "l'assistance.",
        "Send the same request with the same idempotency key; if the fault stays, give `instance` to support.",
    ),
    ProblemKind(
        "OVERLOADED",
        503,
        "Trop de demandes attendent pour ce registre.",
        "Too many requests wait for this ledger.",
        "Revenez après le délai de Retry-After, avec la même clé d'idempotence.",
        "Come back after the delay in Retry-After, with the same idempotency key.",
    ),
    ProblemKind(
        "DOCUMENT_DELAYED",
        503,
        "Ce document n'a pas pu être mis en page à temps.",
        "This document could not be made into a file in time.",
        "Revenez après le délai de Retry-After.",
        "Come back after the delay in Retry-After.",
    ),
    ProblemKind(
        "PROVIDER_AWAY",
        503,
        "Le prestataire de paiement ne répond pas.",
        "The payment provider does not answer.",
        "Renvoyez la même demande après le délai de Retry-After : rien n'est encaissé deux fois.",
        "Send the same request after the delay in Retry-After: nothing is collected twice.",
    ),
    ProblemKind(
        "PROVIDER_FACT_NOT_RECORDED",
        503,
        "Le registre n'accepte pas encore ce que dit le prestataire de paiement.",
        "The ledger does not take yet what the payment provider says.",
        "Renvoyez le message plus tard ; le propriétaire du registre doit voir pourquoi il n'écrit plus.",
        "Send the message again later; the owner of the ledger must see why it does not write.",
    ),
    ProblemKind(
        "STORE_UNAVAILABLE",
        503,
        "Le stockage ne répond pas ; l'issue de la demande peut ne pas être connue.",
        "The store does not answer; the outcome of the request may not be known.",
        "Renvoyez la même demande avec la même clé d'idempotence : elle ne sera faite qu'une fois.",
        "Send the same request with the same idempotency key: it will be done once only.",
    ),
    ProblemKind(
        "SEAL_KEY_MISSING",
        503,
        "La clé de sceau n'est pas à sa place : rien ne peut être écrit.",
        "The seal key is not in its place: nothing can be written.",
        "L'exploitant doit remettre la clé où les réglages la disent.",
        "The operator must put the key back where the settings say.",
    ),
    ProblemKind(
        "LEDGER_STOPPED",
        503,
        "L'écriture dans ce registre est arrêtée : une vérification est nécessaire.",
        "Writing to this ledger is stopped: it needs a verification.",
        "L'exploitant doit lancer « sceau verify ».",
        "The operator must run `sceau verify`.",
    ),
    ProblemKind(
        "NOT_READY",
        503,
        "Le serveur n'est pas prêt.",
        "The server is not ready.",
        "L'exploitant trouvera la raison avec « sceau keys » et dans le journal du serveur.",
        "The operator finds the reason with `sceau keys` and in the server's log.",
    ),
    ProblemKind(
        "VERIFICATION_OVERTAKEN",
        503,
        "Le registre grandit plus vite qu'il ne se vérifie : il n'y a pas de verdict.",
        "The ledger grows faster than it is checked: there is no verdict.",
        "Revenez à une heure calme, ou lancez « sceau verify » sur une copie.",
        "Come back at a quiet hour, or run `sceau verify` on a copy.",
    ),
    ProblemKind(
        "WEBHOOK_INVALID",
        422,
        "Ce webhook ne peut pas être enregistré ainsi.",
        "This webhook cannot be registered like this.",
        "« place » et « reason » disent quoi : une adresse https publique, sans mot de passe ni fragment ; des types "
        "d'événement de /v1/schemas/events.",
        "`place` and `reason` say what: a public https address without password or fragment; event types of "
        "/v1/schemas/events.",
    ),
    ProblemKind(
        "WEBHOOKS_TOO_MANY",
        409,
        "Ce registre a déjà 16 webhooks.",
        "This ledger has 16 webhooks already.",
        "Retirez-en un, ou faites suivre les événements depuis un seul.",
        "Remove one, or pass events on from one of them.",
    ),
    ProblemKind(
        "REPORT_DELAYED",
        503,
        "Les chiffres de ce rapport sont encore en préparation.",
        "The figures of this report are still being prepared.",
        "Renvoyez la demande après le délai de Retry-After.",
        "Send the request again after Retry-After.",
    ),
    ProblemKind(
        "REPORT_NOT_MADE",
        503,
        "Les chiffres de ce rapport ne peuvent pas être préparés par ce logiciel.",
        "The figures of this report cannot be prepared by this software.",
        "L'exploitant regarde le journal du serveur : « reason » dit pourquoi ; `sceau rebuild` les refait. Un fichier "
        "abîmé (rows_damaged) s'efface d'abord : ses lignes se refont à partir du registre.",
        "The operator looks at the server's log: `reason` says why; `sceau rebuild` makes them again. A damaged file "
        "(rows_damaged) is deleted first: its rows are made again from the ledger.",
    ),
    ProblemKind(
        "STOPPING",
        503,
        "Le serveur s'arrête.",
        "The server is stopping.",
        "Renvoyez la demande dans un instant.",
        "Send the request again in a moment.",
    ),
)
"""Every problem of HTTP's own."""

PROBLEM_KINDS: Mapping[str, ProblemKind] = {kind.code: kind for kind in PROBLEMS}
"""The same, by code."""

NOT_FOUND_WORDS: Mapping[str, tuple[str, str]] = {
    "no_such_copy": (
        "Aucun duplicata de ce numéro n'a été délivré pour ce document.",
        "No copy of that number was given out of this document.",
    ),
    "nothing_due": (
        "Plus rien n'est dû sur ce document : il n'y a pas de demande de paiement.",
        "Nothing is due of this document: there is no payment request.",
    ),
    "no_such_report": (
        "Il n'y a pas de rapport de ce nom : GET /reports les donne tous.",
        "There is no report of that name: GET /reports lists them all.",
    ),
    "no_such_figure": (
        "Ce rapport n'a pas cette ligne ou cette colonne.",
        "This report has no such row or column.",
    ),
    "nothing_to_draw": (
        "Ce rapport n'a rien à dessiner.",
        "This report has nothing to draw.",
    ),
    "made_elsewhere": (
        "Les documents de cette sorte ne sont pas faits à partir d'une écriture du registre.",
        "Documents of this kind are not made from an entry of the ledger.",
    ),
}
"""What `NOT_FOUND` says where its `reason` is one of these, in French and English: what is asked for may well exist."""
