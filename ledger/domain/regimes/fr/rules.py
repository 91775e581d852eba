"""Every rule of French law that the software keeps, written out: article, dates, source, tests.

`docs/law/fr.md` shows this table; `tests/domain/test_law_table.py` holds the two equal, and holds that every
test named here exists. To add a rule: a row here, the row that the failing test prints there, and a test that
bears it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.domain.regimes.fr.dated import Source


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `code` is the refusal that speaks for it, or the name of a behaviour. `requirements` are its numbers in
    the list of requirements of docs/law/fr.md. `tests` are pytest node ids that show it.
    """

    code: str
    kind: Literal["refusal", "behaviour"]
    requirements: tuple[int, ...]
    law: str
    source: Source
    words: str
    tests: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """Requirements that a later part of the product brings, and which part."""

    requirements: range
    part: str


_AUDIT = "tests/kernel/test_audit.py::"
_EREPORT_10_3 = "tests/projections/ereporting/test_transactions.py::"
_EREPORT_10_4 = "tests/projections/ereporting/test_payments.py::"
_EREPORT_CHECK = "tests/projections/ereporting/test_checking.py::"
_EREPORT_DUE = "tests/projections/ereporting/test_due.py::"
_EREPORT_PERIODS = "tests/projections/ereporting/test_periods.py::"
_EREPORT_REAL = "tests/projections/ereporting/test_real_ledger.py::"
_ACCOUNTS = "tests/projections/accounts/"
_CUSTOMER_LAW = "tests/pages/customer/test_law.py::"
_MONEY = "tests/domain/test_money.py::"
_RENDERING = "tests/domain/test_rendering.py::"
_TOTALS = "tests/domain/test_totals.py::"
_PROPERTIES = "tests/domain/test_totals_properties.py::"
_NUMBERING = "tests/domain/test_numbering.py::"
_VAT = "tests/domain/test_regime_vat.py::"
_DAYS = "tests/domain/test_regime_deadlines.py::"
_MENTIONS = "tests/domain/test_regime_mentions.py::"
_MICRO = "tests/domain/test_regime_micro.py::"
_GOLDEN = "tests/projections/golden_year/test_golden_year.py::"
_RECONCILE = "tests/projections/vat/test_reconcile.py::"
_RETURNS = "tests/projections/vat/test_returns.py::"
_THRESHOLDS = "tests/projections/business/test_thresholds.py::"
_TAKINGS = "tests/projections/business/test_takings.py::"
_QUOTES = "tests/domain/test_quotes.py::"
_END = "tests/domain/test_quotes_end.py::"
_SIGNATURES = "tests/domain/test_signatures.py::"
_DEPOSITS = "tests/domain/test_deposits.py::"
_DEPOSIT_SUMS = "tests/domain/test_deposits_properties.py::"
_PAYMENTS = "tests/domain/test_payments.py::"
_BACK = "tests/domain/test_payments_back.py::"
_PAYMENT_SUMS = "tests/domain/test_payments_properties.py::"
_ONLINE = "tests/domain/test_online_payments.py::"
_MESSAGES = "tests/domain/test_messages.py::"
_JOURNAL = "tests/domain/test_journal.py::"
_OPENING = "tests/domain/test_opening.py::"
_INVOICES = "tests/domain/test_invoices.py::"
_CONTRACT = "tests/domain/test_invoices_contract.py::"
_CREDITS = "tests/domain/test_credit_notes.py::"
_NOTES = "tests/domain/test_invoices_notes.py::"
_PRICING = "tests/domain/test_pricing.py::"
_ATTEST = "tests/cli/test_attest.py::"
_HISTORY = "tests/domain/test_history.py::"
_PERIODS = "tests/domain/test_periods.py::"
_TALLY = "tests/domain/test_tally.py::"
_ARCHIVE = "tests/archive/test_archive.py::"
_CREATION = "tests/archive/test_creation.py::"
_CLOSING = "tests/shell/test_closing.py::"
_PURGE = "tests/retention/test_purge.py::"
_ERASURE = "tests/retention/test_erasure.py::"
_PAPERS = "tests/documents/test_builders.py::"
_PAPER_MENTIONS = "tests/documents/test_builders_mentions.py::"

RULES: tuple[Rule, ...] = (
    # recording and corrections
    Rule(
        "RECORDED_LINE_BY_LINE",
        "behaviour",
        (1,),
        "CGI art. 286 I 3° bis ; BOI-TVA-DECLA-30-10-30 §50",
        "quoted",
        "Each transaction is recorded line by line, with its payments, to the minute.",
        (
            "tests/domain/test_recorded_line_by_line.py::test_a_sale_without_one_of_its_data_is_refused",
            "tests/domain/test_recorded_line_by_line.py::test_a_line_without_one_of_its_data_is_refused",
            "tests/domain/test_recorded_line_by_line.py::test_a_payment_without_one_of_its_data_is_refused",
        ),
    ),
    Rule(
        "RECORD_INALTERABLE",
        "behaviour",
        (2,),
        "BOI-TVA-DECLA-30-10-30 §90, §100, §120",
        "quoted",
        "No operation changes or deletes a record; the database refuses it too.",
        (
            "tests/stores/test_sqlite.py::test_the_file_itself_refuses_to_change_what_is_written",
            "tests/stores/test_postgres.py::test_even_the_owner_cannot_change_what_is_written",
            "tests/stores/test_postgres.py::test_the_application_role_can_neither_change_nor_disarm",
        ),
    ),
    Rule(
        "CORRECTED_BY_NEW_RECORDS",
        "behaviour",
        (3,),
        "BOI-TVA-DECLA-30-10-30 §90 ; CGI art. 289 I 5",
        "quoted",
        "A correction is a new record that points to the one it corrects.",
        (
            _PAYMENTS + "test_correcting_the_means_to_cash_looks_at_the_ceiling_again",
            _BACK + "test_a_part_reversal_takes_what_settles_nothing_first_then_the_newest_document",
        ),
    ),
    Rule(
        "PAYMENTS_ARE_RECORDS",
        "behaviour",
        (4,),
        "BOI-TVA-DECLA-30-10-30 §30, §50",
        "quoted",
        "Payments, refunds, reversals and announced payments are records like any other.",
        (
            _PAYMENTS + "test_a_payment_settles_its_invoice_and_stands_in_both_streams",
            _PAYMENTS + "test_an_announced_payment_pays_nothing_until_it_is_received",
            _BACK + "test_a_reversed_payment_opens_its_invoice_again_with_the_same_vat",
            _BACK + "test_a_refund_of_a_credit_note_leaves_the_invoice_paid_and_credited",
            _PAYMENT_SUMS + "test_nothing_is_lost_whatever_happens_to_money",
        ),
    ),
    Rule(
        "FIRST_BAD_RECORD_NAMED",
        "behaviour",
        (5,),
        "BOI-TVA-DECLA-30-10-30 §100, §120",
        "quoted",
        "An altered, inserted, moved or deleted record is found, and the first one is named.",
        (
            _AUDIT + "test_an_edited_byte_is_found_where_it_is",
            _AUDIT + "test_a_deleted_entry_is_found",
            _AUDIT + "test_an_inserted_entry_is_found",
            _AUDIT + "test_swapped_entries_are_found",
        ),
    ),
    Rule(
        "CUT_TAIL_FOUND",
        "behaviour",
        (6,),
        "BOI-TVA-DECLA-30-10-30 §120 ; référentiel LNE 8",
        "quoted",
        "A cut tail or an older copy is found against what is kept elsewhere.",
        (
            _AUDIT + "test_a_cut_tail_is_found_against_the_mark",
            _AUDIT + "test_a_restored_backup_is_found_against_a_checkpoint",
        ),
    ),
    Rule(
        "SEALED_BY_KEY",
        "behaviour",
        (7,),
        "BOI-TVA-DECLA-30-10-30 §100, §140 ; référentiel LNE 8",
        "quoted",
        "Appends are sealed by chained signatures with a key kept outside the database.",
        (
            _AUDIT + "test_a_chain_linked_again_after_an_edit_is_found_by_its_seal",
            _AUDIT + "test_a_seal_of_another_key_is_found",
            _AUDIT + "test_a_missing_seal_leaves_its_range_unsealed",
        ),
    ),
    Rule(
        "CANONICAL_BYTES",
        "behaviour",
        (8,),
        "BOI-TVA-DECLA-30-10-30 §120",
        "ours",
        "The fingerprint is of documented canonical bytes of the contents, kept verbatim.",
        (
            "tests/kernel/test_canonical.py::test_the_bytes_are_those_of_the_oracle_and_read_back",
            "tests/kernel/test_vectors.py::test_our_kernel_agrees_with_every_vector",
        ),
    ),
    Rule(
        "NO_BINARY_FLOAT",
        "behaviour",
        (9,),
        "CIBS art. L131-2 ; BOI-TVA-DECLA-30-10-30 §50",
        "official",
        "Amounts are integer cents; quantities and prices exact decimals.",
        (
            _MONEY + "test_a_decimal_is_read_exactly",
            _MONEY + "test_quantity_by_price_is_rounded_once",
        ),
    ),
    Rule(
        "TRAINING_KEPT_APART",
        "behaviour",
        (10,),
        "BOI-TVA-DECLA-30-10-30 §150",
        "quoted",
        "Training has ledgers, numbers and totals of its own, and documents that say FACTICE.",
        (
            _MENTIONS + "test_guyane_and_mayotte_have_their_sentence_and_training_its_word",
            _PAPERS + "test_nobody_pays_a_training_document",
        ),
    ),
    Rule(
        "OPERATOR_MISSING",
        "refusal",
        (10,),
        "BOI-TVA-DECLA-30-10-30 §150",
        "quoted",
        "Each simulated operation names the operator in charge.",
        (_OPENING + "test_training_names_its_operator",),
    ),
    Rule(
        "COPIES_NUMBERED",
        "behaviour",
        (11,),
        "BOI-TVA-DECLA-30-10-30 §130 ; référentiel LNE 9",
        "quoted",
        "A reprint is recorded and bears DUPLICATA with its number.",
        (
            _MESSAGES + "test_copies_of_a_document_are_counted_from_one",
            _MESSAGES + "test_a_duplicate_needs_an_original",
            _RENDERING + "test_a_document_is_copied_under_one_name_only_so_that_its_numbers_have_no_gap",
            "tests/api/test_documents.py::test_a_copy_bears_its_number_and_is_recorded_the_original_stays",
            _PAPERS + "test_a_copy_is_the_original_but_for_its_rank",
        ),
    ),
    Rule(
        "DOCUMENT_DIFFERS",
        "refusal",
        (2, 5),
        "CGI art. 286 I 3° bis ; BOI-TVA-DECLA-30-10-30 §120",
        "quoted",
        "A document rendered again is the recorded file, byte for byte; other bytes are refused and never handed out.",
        (
            _RENDERING + "test_other_bytes_by_the_same_renderer_are_refused",
            "tests/api/test_documents.py::test_other_bytes_by_the_same_renderer_are_refused_and_not_recorded",
            "tests/api/test_documents.py::test_a_file_that_is_lost_is_made_again_the_same_whatever_happened_since",
        ),
    ),
    Rule(
        "TECHNICAL_JOURNAL",
        "behaviour",
        (12,),
        "Référentiel LNE 15",
        "quoted",
        "Sign-ins, versions, keys, failures, copies and the like are journalled in the same chain.",
        (
            _OPENING + "test_a_ledger_begins_with_entry_1_then_the_profile_then_a_series_for_each_use",
            _JOURNAL + "test_coming_and_going_is_journalled",
            _JOURNAL + "test_a_role_is_given_changed_and_taken_away_once_each",
            _JOURNAL + "test_another_version_of_the_software_is_journalled_once",
            _JOURNAL + "test_a_failed_verification_is_journalled_with_its_first_entry",
        ),
    ),
    # the software itself
    Rule(
        "VERSION_AND_PERIMETER_SHOWN",
        "behaviour",
        (30,),
        "BOI-TVA-DECLA-30-10-30 §270 à §340",
        "quoted",
        "The software shows its version, major and minor, and the fingerprint of its fiscal perimeter; "
        "another perimeter is a major version, and the ledger notes it.",
        (
            _ATTEST + "test_about_tells_the_version_the_perimeter_the_editor_and_the_law",
            _ATTEST + "test_sha256sum_over_the_listed_files_is_the_fingerprint",
            "tests/docs/test_perimeter.py::test_another_perimeter_is_recorded_under_the_next_major_version_only",
            "tests/shell/test_software.py::test_another_version_is_noted_once_before_the_first_thing_it_writes",
        ),
    ),
    Rule(
        "ATTESTATION_MADE_OUT",
        "behaviour",
        (30,),
        "BOI-TVA-DECLA-30-10-30 §270, §370 ; BOI-LETTRE-000242",
        "recalled",
        "The editor's attestation is made out to one business for one version, in two parts; its digest is noted.",
        (
            _ATTEST + "test_the_paper_names_both_sides_the_version_and_the_perimeter_and_its_entry_only_the_digest",
            _ATTEST + "test_without_a_name_that_answers_for_it_nothing_is_made",
        ),
    ),
    Rule(
        "ATTESTATION_OF_TRAINING",
        "refusal",
        (30,),
        "BOI-TVA-DECLA-30-10-30 §150, §370",
        "ours",
        "A training ledger is not attested.",
        (_HISTORY + "test_a_training_ledger_is_not_attested",),
    ),
    Rule(
        "ATTESTATION_OF_ANOTHER_SOFTWARE",
        "refusal",
        (30,),
        "BOI-TVA-DECLA-30-10-30 §315 à §370",
        "quoted",
        "Only the version and perimeter that write the ledger are attested.",
        (_HISTORY + "test_only_the_software_that_writes_the_ledger_is_attested",),
    ),
    Rule(
        "ATTESTATION_NOT_ADMITTED",
        "refusal",
        (30, 32),
        "CGI art. 286 I 3° bis ; CIBS art. L. 216-40",
        "quoted",
        "An attestation is made only on a day on which the law admits it as a proof.",
        (_HISTORY + "test_from_2027_on_no_attestation_is_made_until_a_decree_admits_it",),
    ),
    Rule(
        "CHANGER_BECOMES_EDITOR",
        "behaviour",
        (31,),
        "BOI-TVA-DECLA-30-10-30 §300, §310",
        "quoted",
        "Whoever changes the code becomes the editor: the software and its attestation say so.",
        (
            _ATTEST + "test_about_tells_the_version_the_perimeter_the_editor_and_the_law",
            _ATTEST + "test_whoever_changes_the_code_becomes_the_editor_and_the_paper_says_so",
        ),
    ),
    Rule(
        "LAW_IN_FORCE_BY_DATE",
        "behaviour",
        (32,),
        "CGI art. 286 I 3° bis ; CIBS art. L. 216-40",
        "official",
        "Articles and admitted proofs are dated data: what holds on a day is asked for by that day.",
        (
            "tests/domain/test_regime_certification.py"
            "::test_the_article_moves_to_the_cibs_on_the_first_of_january_2027",
            "tests/domain/test_regime_certification.py::test_the_proofs_admitted_are_dated",
            "tests/domain/test_regime_certification.py::test_old_references_hold_until_the_end_of_june_2028",
        ),
    ),
    # quotes and contracts
    Rule(
        "QUOTE_MENTION_MISSING",
        "refusal",
        (33,),
        "Arrêté du 24 janvier 2017 ; C. conso art. L111-1",
        "quoted",
        "A quote that lacks a mandatory mention is not issued.",
        (
            _MENTIONS + "test_a_builders_quote_has_the_whole_list_of_the_order",
            _MENTIONS + "test_a_quote_that_lacks_one_mention_is_refused_by_its_article",
            _QUOTES + "test_a_quote_that_lacks_a_mandatory_mention_is_refused_with_its_name",
            _PAPER_MENTIONS + "test_every_mention_that_the_law_wants_is_on_the_page_and_every_code_is_met",
        ),
        since=date(2017, 4, 1),
    ),
    Rule(
        "MEDIATOR_MISSING",
        "refusal",
        (33,),
        "C. conso art. L616-1",
        "official",
        "A consumer is told of the mediator.",
        (_MENTIONS + "test_a_quote_that_lacks_one_mention_is_refused_by_its_article",),
    ),
    Rule(
        "DECENNIAL_INSURANCE",
        "behaviour",
        (33, 48),
        "Loi 2014-626 art. 22",
        "quoted",
        "Builders name their decennial insurance on quotes and invoices.",
        (
            _MENTIONS + "test_a_builders_quote_has_the_whole_list_of_the_order",
            _MENTIONS + "test_what_the_invoice_is_for_adds_its_mention",
        ),
        since=date(2014, 6, 20),
    ),
    Rule(
        "WASTE_MENTION",
        "behaviour",
        (33,),
        "C. env. art. D541-45-1",
        "recalled",
        "A quote for building works says how waste is handled.",
        (_MENTIONS + "test_a_builders_quote_has_the_whole_list_of_the_order",),
        since=date(2021, 7, 1),
    ),
    Rule(
        "RGE_STATUS",
        "behaviour",
        (33,),
        "Loi 2025-594",
        "quoted",
        "An energy-renovation quote tells the RGE status and the sub-contractors.",
        (_MENTIONS + "test_a_mention_is_wanted_from_its_day_on",),
        since=date(2025, 7, 1),
    ),
    Rule(
        "SIGNATURE_DOCUMENT_MISMATCH",
        "refusal",
        (34,),
        "C. civ. art. 1366 et 1367",
        "quoted",
        "A signature binds the exact bytes of one version.",
        (
            _SIGNATURES + "test_a_signature_binds_the_fingerprint_of_the_version_it_was_given_on",
            _SIGNATURES + "test_another_fingerprint_is_not_signed",
            _SIGNATURES + "test_any_file_is_signed_by_its_digest",
        ),
    ),
    Rule(
        "QUOTE_VERSION_NOT_CURRENT",
        "refusal",
        (34,),
        "C. civ. art. 1366 et 1367",
        "ours",
        "Each version is kept; only the one in force is signed.",
        (
            _SIGNATURES + "test_an_older_version_is_not_signed",
            _SIGNATURES + "test_revising_a_quote_ends_the_request_for_its_signature",
            _QUOTES + "test_a_revision_is_a_new_version_under_the_same_number",
        ),
    ),
    Rule(
        "QUOTE_ALREADY_SIGNED",
        "refusal",
        (34,),
        "C. civ. art. 1103 et 1193",
        "recalled",
        "A signed quote is changed by a signed change order only.",
        (
            _QUOTES + "test_a_signed_quote_is_changed_by_a_change_order_only",
            _QUOTES + "test_signing_a_change_order_amends_the_contract",
        ),
    ),
    Rule(
        "QUOTE_EXPIRED",
        "refusal",
        (35,),
        "Arrêté du 24 janvier 2017 ; C. civ. art. 1117",
        "recalled",
        "A quote is not accepted after its period of validity.",
        (
            _SIGNATURES + "test_a_quote_is_signed_until_its_last_day_and_not_after",
            _SIGNATURES + "test_a_quote_whose_validity_is_over_is_signed_once_it_is_issued_anew",
        ),
    ),
    Rule(
        "SIGNATURE_LEVEL_OVERSTATED",
        "refusal",
        (36,),
        "Décret 2017-1416 ; Cass. 13 mars 2024",
        "quoted",
        "A drawn or scanned signature is a simple one.",
        (
            _SIGNATURES + "test_a_drawn_typed_or_code_signature_is_never_more_than_simple",
            _SIGNATURES + "test_the_contract_has_the_lowest_level_given",
            _PAPERS + "test_evidence_lists_its_entries_and_claims_the_lowest_level_only",
        ),
    ),
    Rule(
        "SIGNATURE_CERTIFICATE_MISSING",
        "refusal",
        (36,),
        "Décret 2017-1416 ; règlement (UE) 910/2014 art. 28",
        "quoted",
        "A qualified signature rests on a certificate.",
        (_SIGNATURES + "test_a_qualified_signature_rests_on_a_certificate",),
    ),
    Rule(
        "EVIDENCE_MISSING",
        "refusal",
        (37,),
        "C. civ. art. 1366 et 1367",
        "ours",
        "Each way of signing leaves its trace: drawing, name, where the code went, certificate; and the consent.",
        (
            _SIGNATURES + "test_each_method_leaves_its_trace",
            _SIGNATURES + "test_the_text_of_the_consent_is_kept",
        ),
    ),
    Rule(
        "CODE_NOT_CONFIRMED",
        "refusal",
        (36,),
        "C. civ. art. 1367",
        "ours",
        "Who signs by a one-time code confirms it first; the code itself is never recorded.",
        (
            _SIGNATURES + "test_a_signature_by_code_needs_the_right_code_first",
            _SIGNATURES + "test_five_wrong_entries_block_a_code_even_if_the_next_is_right",
            _SIGNATURES + "test_a_code_entered_after_its_time_has_expired",
        ),
    ),
    Rule(
        "CONTRACT_KEPT_TEN_YEARS",
        "behaviour",
        (37,),
        "C. conso art. L213-1, D213-1 et D213-2",
        "recalled",
        "The evidence of an electronic contract from 120 EUR on is kept ten years from performance.",
        (
            _VAT + "test_an_electronic_contract_is_kept_from_120_euros",
            _DAYS + "test_each_kind_of_thing_has_its_own_time",
        ),
    ),
    Rule(
        "ORDER_SAYS_PAYMENT",
        "behaviour",
        (34,),
        "C. conso art. L221-14",
        "recalled",
        "What is ordered and its price stand right before the order, and the button says that payment follows.",
        (
            _CUSTOMER_LAW + "test_what_is_ordered_and_its_price_stand_above_the_button",
            _CUSTOMER_LAW + "test_the_button_that_orders_says_that_payment_follows",
        ),
    ),
    Rule(
        "ORDER_CHECKED_THEN_CONFIRMED",
        "behaviour",
        (34,),
        "C. civ. art. 1127-2",
        "recalled",
        "Who orders on line sees the order and its total, may change it, then confirms; a mail acknowledges it.",
        (
            _CUSTOMER_LAW + "test_what_is_ordered_and_its_price_stand_above_the_button",
            "tests/messages/test_following.py::test_from_the_quote_to_the_paid_deposit_both_are_told",
        ),
    ),
    Rule(
        "NOTHING_TICKED_BEFOREHAND",
        "behaviour",
        (34, 41),
        "C. conso art. L121-17 et L221-25",
        "recalled",
        "No option that costs more, no consent and no wish to begin early is ticked beforehand.",
        (_CUSTOMER_LAW + "test_nothing_is_agreed_to_chosen_or_wished_for_beforehand",),
    ),
    Rule(
        "LETTERS_NAME_THE_BUSINESS",
        "behaviour",
        (48,),
        "C. com. art. R123-237 et R526-27",
        "recalled",
        "Letters and pages to customers name the business with its SIREN, a sole trader with EI.",
        (
            "tests/messages/test_law.py::test_a_letter_says_who_the_business_is_in_law",
            "tests/messages/test_law.py::test_a_sole_trader_signs_with_ei_once",
            _CUSTOMER_LAW + "test_a_sole_trader_is_called_ei_at_the_foot_of_a_page",
        ),
    ),
    Rule(
        "CHANNEL_RECORDED",
        "behaviour",
        (38,),
        "C. conso art. L221-1",
        "quoted",
        "A contract says whether it was made on the premises, at a distance or off premises.",
        (
            _QUOTES + "test_a_quote_says_whether_the_client_may_withdraw",
            _QUOTES + "test_a_small_business_off_premises_is_protected_like_a_consumer",
        ),
    ),
    Rule(
        "CONSUMER_RULE_FOR_BUSINESS",
        "refusal",
        (38,),
        "C. conso art. L221-3",
        "quoted",
        "Exceptions to consumer rules are recorded only for those whom the rules protect.",
        (_QUOTES + "test_the_exceptions_for_consumers_are_not_for_a_company",),
    ),
    Rule(
        "PAYMENT_WITHIN_SEVEN_DAYS",
        "refusal",
        (39,),
        "C. conso art. L221-10",
        "official",
        "No payment is asked for before seven full days after an off-premises contract.",
        (
            _DAYS + "test_seven_full_days_pass_before_a_payment_may_be_taken",
            _SIGNATURES + "test_off_premises_no_money_before_the_seven_full_days_are_over",
            _SIGNATURES + "test_elsewhere_or_by_exception_money_may_be_taken_at_once",
            _DEPOSITS + "test_off_premises_no_deposit_is_asked_for_within_seven_days",
            _ONLINE + "test_nothing_is_collected_within_the_seven_days",
            _MESSAGES + "test_a_reminder_within_the_seven_days_would_ask_for_payment",
            _CUSTOMER_LAW + "test_an_invoice_within_the_seven_days_shows_no_way_to_pay",
            "tests/messages/test_law.py::test_an_invoice_within_the_seven_days_says_when_it_may_be_paid",
        ),
    ),
    Rule(
        "WITHDRAWAL_LATE",
        "refusal",
        (40,),
        "C. conso art. L221-18 à L221-20",
        "quoted",
        "Fourteen days to withdraw, to the next working day; twelve months more if not told.",
        (
            _DAYS + "test_fourteen_days_to_withdraw_end_on_a_working_day",
            _DAYS + "test_no_withdrawal_period_is_shorter_than_fourteen_days",
            _DAYS + "test_a_consumer_who_was_not_told_has_twelve_months_more",
            _DAYS + "test_public_holidays_are_those_of_an_independent_calendar",
            _SIGNATURES + "test_services_may_be_withdrawn_from_for_fourteen_days_ending_on_a_working_day",
            _END + "test_for_goods_the_fourteen_days_run_from_the_last_delivery",
            _END + "test_a_late_withdrawal_is_refused_unless_the_trader_accepts_it",
        ),
    ),
    Rule(
        "WITHDRAWAL_NOT_APPLICABLE",
        "refusal",
        (40, 41),
        "C. conso art. L221-28",
        "official",
        "No withdrawal on the premises, from urgent repairs, bespoke goods, services fully performed on request.",
        (
            _END + "test_where_there_is_no_right_there_is_no_withdrawal",
            _END + "test_a_service_fully_performed_on_request_is_not_withdrawn_from",
            _QUOTES + "test_a_quote_says_whether_the_client_may_withdraw",
        ),
    ),
    Rule(
        "MIXED_CONTRACT_IS_A_SALE",
        "behaviour",
        (40,),
        "C. conso art. L221-1 II et L221-18",
        "recalled",
        "Goods and works in one contract have one period: from the last complete delivery, else from acceptance.",
        (_END + "test_goods_and_works_in_one_contract_have_one_period_from_the_last_delivery",),
    ),
    Rule(
        "WITHDRAWAL_STILL_OPEN",
        "refusal",
        (40, 43),
        "C. conso art. L221-18 et L242-1",
        "quoted",
        "Within the fourteen days a client who gives up withdraws: nothing is kept.",
        (_END + "test_within_the_fourteen_days_giving_up_is_a_withdrawal",),
    ),
    Rule(
        "WITHDRAWAL_FORM_MISSING",
        "refusal",
        (40,),
        "C. conso art. L221-5 et L221-9",
        "quoted",
        "Where the consumer may withdraw, the form is handed over.",
        (
            _MENTIONS + "test_what_the_sale_is_adds_its_mention",
            _PAPER_MENTIONS + "test_the_withdrawal_form_stands_on_a_page_of_its_own_with_whom_to_write_to",
        ),
    ),
    Rule(
        "WITHDRAWAL_FUNCTION_MISSING",
        "refusal",
        (40,),
        "C. conso art. L221-21",
        "quoted",
        "A contract concluded on line offers to withdraw on line.",
        (
            _DAYS + "test_the_withdrawal_function_is_due_since_19_june_2026",
            _MENTIONS + "test_a_mention_is_wanted_from_its_day_on",
            "tests/pages/customer/test_signing.py::test_a_contract_is_given_up_in_two_steps",
            "tests/messages/test_following.py::test_a_withdrawal_is_acknowledged_with_its_date_hour_and_content",
        ),
        since=date(2026, 6, 19),
    ),
    Rule(
        "REFUND_IN_FOURTEEN_DAYS",
        "behaviour",
        (40,),
        "C. conso art. L221-24",
        "recalled",
        "After a withdrawal everything paid goes back within fourteen days.",
        (
            _DAYS + "test_a_withdrawal_is_refunded_within_fourteen_days",
            _END + "test_withdrawing_returns_everything_arrhes_too_within_fourteen_days",
        ),
    ),
    Rule(
        "EARLY_START_NOT_REQUESTED",
        "refusal",
        (41,),
        "C. conso art. L221-25 et L221-28",
        "official",
        "Work starts within the withdrawal period only at the consumer's recorded request.",
        (
            _END + "test_nothing_is_owed_for_a_service_begun_without_the_clients_request",
            _END + "test_a_service_begun_on_request_is_paid_pro_rata",
            _END + "test_works_finished_within_the_fourteen_days_without_a_request_are_flagged_not_refused",
            _SIGNATURES + "test_an_early_start_counts_when_every_client_asks_for_it",
        ),
    ),
    # advances
    Rule(
        "ARRHES_AFTER_PERFORMANCE",
        "refusal",
        (42,),
        "C. conso art. L214-1",
        "ours",
        "At delivery nothing is arrhes; an instalment at a milestone is an acompte unless the contract says otherwise.",
        (
            _DEPOSITS + "test_an_instalment_once_work_has_begun_is_an_acompte_unless_the_contract_says_otherwise",
            _DEPOSITS + "test_nothing_is_left_to_give_up_at_delivery",
            _DEPOSITS + "test_money_asked_by_hand_after_delivery_is_an_acompte",
            _DEPOSITS + "test_an_acompte_at_delivery_stipulates_nothing_for_money_in_advance",
        ),
    ),
    Rule(
        "DEPOSIT_KIND_NOT_STIPULATED",
        "refusal",
        (42,),
        "C. conso art. L214-1",
        "official",
        "What a consumer pays in advance is arrhes unless the contract stipulates an acompte.",
        (
            _DEPOSITS + "test_what_a_consumer_pays_in_advance_is_arrhes_unless_the_contract_says_otherwise",
            _DEPOSITS + "test_a_special_order_on_quote_has_no_arrhes_by_default",
            _DEPOSITS + "test_an_acompte_that_the_contract_does_not_stipulate_is_not_asked_of_a_consumer",
        ),
    ),
    Rule(
        "ARRHES_FORFEIT_ONLY_BY_CLIENT",
        "refusal",
        (43,),
        "C. conso art. L214-1 ; C. civ. art. 1590",
        "official",
        "Arrhes are kept if the client withdraws, returned double if the trader does.",
        (
            _DEPOSITS + "test_arrhes_are_kept_only_when_the_client_gave_up",
            _END + "test_the_client_who_gives_up_loses_the_arrhes",
            _END + "test_the_trader_who_gives_up_returns_the_arrhes_double",
        ),
    ),
    Rule(
        "CONTRACT_NOT_CANCELLED",
        "refusal",
        (43,),
        "C. conso art. L214-1 ; C. civ. art. 1590",
        "official",
        "While the contract stands, arrhes are neither kept nor returned double.",
        (_DEPOSITS + "test_arrhes_are_kept_only_when_the_client_gave_up",),
    ),
    Rule(
        "WITHDRAWAL_REFUNDS_ALL",
        "refusal",
        (40, 43),
        "C. conso art. L221-24",
        "recalled",
        "After a withdrawal no arrhes are kept.",
        (_END + "test_a_service_begun_on_request_is_paid_pro_rata",),
    ),
    Rule(
        "ACOMPTE_NOT_FORFEITED",
        "refusal",
        (43,),
        "C. civ. art. 1103 et 1217",
        "recalled",
        "An acompte is never forfeited by itself.",
        (
            _DEPOSITS + "test_an_acompte_is_never_forfeited_by_itself",
            _END + "test_an_acompte_is_returned_by_the_trader_once_and_waits_when_the_client_gives_up",
        ),
    ),
    Rule(
        "ADVANCE_INTEREST",
        "behaviour",
        (44,),
        "C. conso art. L214-2 et L214-3",
        "official",
        "Advances of consumers earn legal interest after three months, but on special orders.",
        (
            _DAYS + "test_an_advance_earns_nothing_for_three_months",
            _DAYS + "test_each_half_year_counts_at_its_own_rate",
            _DAYS + "test_a_half_year_without_a_published_rate_is_counted_at_the_last_one_and_says_so",
            _DEPOSITS + "test_an_advance_earns_legal_interest_from_the_end_of_three_months",
            _DEPOSITS + "test_a_special_order_and_a_company_earn_no_interest",
            _DEPOSITS + "test_a_refund_brings_the_interest_earned_until_then",
        ),
    ),
    Rule(
        "CASH_ABOVE_CEILING",
        "behaviour",
        (45,),
        "C. mon. fin. art. L112-6 et D112-3",
        "official",
        "Cash is not asked for a debt above the ceiling, save by an override with its reason.",
        (
            _VAT + "test_a_resident_pays_up_to_1000_euros_in_cash_and_no_cent_more",
            _VAT + "test_a_consumer_from_abroad_has_a_higher_ceiling_but_a_business_has_not",
            _PAYMENTS + "test_cash_above_the_ceiling_of_the_debt_is_flagged",
            _PAYMENTS + "test_cash_above_the_ceiling_with_its_reason_stays_flagged_and_asks_for_nothing",
        ),
        since=date(2015, 9, 1),
    ),
    # invoices
    Rule(
        "GAPLESS_NUMBERS",
        "behaviour",
        (46,),
        "CGI ann. II art. 242 nonies A I 7°",
        "quoted",
        "Numbers are given at issue, without gap or double, whatever crashes.",
        (
            _NUMBERING + "test_counts_follow_each_other_without_gap",
            _NUMBERING + "test_series_that_cannot_clash_do_not",
        ),
    ),
    Rule(
        "SERIES_NOT_CHRONOLOGICAL",
        "refusal",
        (47,),
        "CGI ann. II art. 242 nonies A I 7°",
        "quoted",
        "No document is dated before the last one of its series.",
        (
            _NUMBERING + "test_a_date_before_the_last_issued_is_refused",
            _INVOICES + "test_an_invoice_is_not_dated_before_the_last_one_of_its_series",
        ),
    ),
    Rule(
        "INVOICE_MENTION_MISSING",
        "refusal",
        (48,),
        "CGI ann. II art. 242 nonies A ; C. com. art. L441-9",
        "quoted",
        "An invoice that lacks a mention of its kind of client is not issued.",
        (
            _MENTIONS + "test_an_invoice_lacks_no_mention_of_its_kind_of_client",
            _MENTIONS + "test_a_small_invoice_may_leave_out_the_vat_number",
            _INVOICES + "test_a_business_invoice_without_a_penalty_rate_is_refused",
            _INVOICES + "test_a_business_client_has_a_name_and_an_address",
            _INVOICES + "test_a_builder_names_its_decennial_insurance",
            _PAPER_MENTIONS + "test_every_mention_that_the_law_wants_is_on_the_page_and_every_code_is_met",
        ),
    ),
    Rule(
        "NOTE_MENTION_MISSING",
        "refusal",
        (48, 50),
        "Arrêté n° 83-50/A du 3 octobre 1983",
        "official",
        "A note that lacks a mention is not issued.",
        (
            _MENTIONS + "test_a_note_has_the_list_of_1983_and_respects_a_client_who_objects",
            _INVOICES + "test_services_from_25_euros_to_a_consumer_name_the_client_unless_they_object",
            _NOTES + "test_a_note_names_the_client_unless_they_object",
            _PAPER_MENTIONS + "test_every_mention_that_the_law_wants_is_on_the_page_and_every_code_is_met",
        ),
    ),
    Rule(
        "INDEMNITY_FOR_CONSUMER",
        "behaviour",
        (49,),
        "C. com. art. L441-9, L441-10 et D441-5",
        "quoted",
        "The 40 EUR indemnity and business penalties never concern a consumer.",
        (
            _MENTIONS + "test_a_consumer_never_reads_of_penalties_or_of_40_euros",
            _INVOICES + "test_a_consumers_invoice_bears_no_business_terms",
            _INVOICES + "test_a_consumer_never_owes_business_penalties",
            _PAPER_MENTIONS + "test_a_consumer_never_sees_penalties_nor_the_indemnity",
        ),
    ),
    Rule(
        "PENALTY_WITHOUT_LAW",
        "refusal",
        (49,),
        "C. com. art. L441-10",
        "quoted",
        "Late-payment penalties are claimed from business and public customers only.",
        (
            _INVOICES + "test_a_consumer_never_owes_business_penalties",
            _INVOICES + "test_penalties_run_from_the_day_after_the_due_date_and_the_40_euros_are_claimed_once",
        ),
    ),
    Rule(
        "COMPANY_CAPITAL_MISSING",
        "refusal",
        (48,),
        "C. com. art. R123-238",
        "recalled",
        "The profile of a company (SARL, SAS, SA...) holds its capital, which its papers state.",
        ("tests/domain/test_parties.py::test_a_company_says_its_capital_and_its_register",),
    ),
    Rule(
        "COMPANY_REGISTER_MISSING",
        "refusal",
        (48,),
        "C. com. art. R123-237",
        "recalled",
        "The profile of a company holds where it is registered.",
        ("tests/domain/test_parties.py::test_a_company_says_its_capital_and_its_register",),
    ),
    Rule(
        "PERFORMANCE_PLACE_RECORDED",
        "behaviour",
        (50, 74),
        "Arrêté n° 83-50/A du 3 octobre 1983 ; CGI art. 294",
        "official",
        "The place of a service is told from what is recorded and lies where the supply is, else the note is refused.",
        (
            "tests/domain/test_performance.py::test_the_place_of_a_service_is_where_the_supply_is",
            _INVOICES + "test_a_service_overseas_says_where_unless_an_address_there_is_recorded",
            _NOTES + "test_a_note_says_where_the_service_was_performed",
        ),
    ),
    Rule(
        "CREDIT_NOTE_OWN_SENTENCES",
        "behaviour",
        (48, 51),
        "CGI ann. II art. 242 nonies A I 8° bis, 11° bis et 13°",
        "quoted",
        "A credit note tells the nature and the VAT of what it credits, and no terms of payment.",
        (
            _CREDITS + "test_the_nature_told_is_that_of_what_is_credited",
            _CREDITS + "test_a_credit_note_of_a_business_invoice_repeats_no_terms_of_payment",
            _CREDITS + "test_a_credit_note_of_a_public_invoice_repeats_no_terms_of_payment",
        ),
    ),
    Rule(
        "PUBLIC_PROCUREMENT_TERMS",
        "behaviour",
        (48, 49),
        "CCP art. R2192-31 et D2192-35",
        "recalled",
        "A public buyer's invoice tells interest at the central bank's rate plus 8 points and 40 EUR, and no terms of "
        "the commercial code.",
        (
            _INVOICES + "test_a_public_buyer_owes_the_rate_and_the_40_euros_of_public_procurement",
            _INVOICES + "test_an_early_discount_offered_to_a_public_buyer_is_a_term_of_the_contract",
            _MENTIONS + "test_a_public_buyer_reads_of_public_procurement_and_not_of_trade_between_professionals",
        ),
    ),
    Rule(
        "PENALTY_RATE_PUBLIC",
        "refusal",
        (49,),
        "CCP art. R2192-31",
        "recalled",
        "A late public buyer owes the central bank's rate, which the claim names, plus 8 points; a business its "
        "invoice's rate.",
        (
            _INVOICES + "test_a_public_buyer_owes_the_rate_of_the_central_bank_and_eight_points",
            _INVOICES + "test_a_business_owes_the_rate_of_its_invoice_and_no_other",
        ),
    ),
    Rule(
        "PAYMENT_TERM_TOO_LONG",
        "refusal",
        (48,),
        "C. com. art. L441-10 I",
        "recalled",
        "Between professionals a due date is within 60 days, or 45 days from the month's end.",
        (_INVOICES + "test_a_business_has_sixty_days_or_forty_five_from_the_months_end",),
    ),
    Rule(
        "PENALTY_FLOOR",
        "behaviour",
        (49,),
        "C. com. art. L441-10 II",
        "quoted",
        "Between professionals penalties are at least three times the legal rate.",
        (_DAYS + "test_business_penalties_are_at_least_three_times_the_legal_rate",),
    ),
    Rule(
        "NOTE_BEFORE_PAYMENT",
        "behaviour",
        (50,),
        "Arrêté n° 83-50/A du 3 octobre 1983",
        "official",
        "A consumer gets the note for services from 25.00 EUR before paying.",
        (
            _VAT + "test_the_note_for_services_is_due_from_25_euros",
            _DEPOSITS + "test_a_consumer_who_pays_for_services_from_25_euros_is_to_get_the_note_first",
        ),
    ),
    Rule(
        "AMENDMENT_BELOW_INVOICED",
        "refusal",
        (51,),
        "CGI art. 289 I 5",
        "quoted",
        "What is invoiced is undone by a credit note, never by a change order.",
        (
            "tests/domain/test_invoices_amendments.py::test_a_change_order_may_not_take_off_what_is_invoiced",
            "tests/domain/test_invoices_amendments.py::test_a_change_order_that_is_on_an_invoice_is_not_cancelled",
        ),
    ),
    Rule(
        "CREDIT_ABOVE_INVOICE",
        "refusal",
        (51,),
        "CGI art. 289 I 5 ; BOI-TVA-DECLA-30-20-20-20 §180 à 270",
        "quoted",
        "Credit notes together never exceed the invoice, in total and at each rate.",
        (
            _TOTALS + "test_a_credit_above_what_is_left_does_not_fit",
            _TOTALS + "test_three_partial_credits_never_exceed_the_invoice_and_leave_nothing",
            _PROPERTIES + "test_credits_line_by_line_undo_the_invoice_and_no_more",
            _CREDITS + "test_credit_notes_never_exceed_and_together_leave_nothing_at_any_rate",
            _CREDITS + "test_more_than_the_line_is_refused",
        ),
    ),
    Rule(
        "CREDIT_WITHOUT_REFERENCE",
        "refusal",
        (51,),
        "CGI art. 289 I 5",
        "official",
        "A credit note names the number and date of its invoice.",
        (
            _MENTIONS + "test_what_the_invoice_is_for_adds_its_mention",
            _CREDITS + "test_a_credit_note_names_the_number_and_date_of_the_invoice",
            _PAPER_MENTIONS + "test_every_mention_that_the_law_wants_is_on_the_page_and_every_code_is_met",
        ),
    ),
    Rule(
        "DEPOSIT_ALREADY_APPLIED",
        "refusal",
        (52,),
        "CGI ann. II art. 242 nonies A I 10° ; EN 16931 BT-113",
        "quoted",
        "Each deposit received is deducted from the final invoice once.",
        (
            _TOTALS + "test_deposits_and_the_rest_give_the_quote_back_at_each_rate",
            _PROPERTIES + "test_deposits_and_the_final_invoice_give_the_contract_back",
            _CONTRACT + "test_the_final_invoice_deducts_the_deposit_once_with_its_vat_per_rate",
            _CONTRACT + "test_deposits_situations_and_the_final_invoice_are_the_contract_to_the_cent",
            _PAPERS + "test_a_final_invoice_deducts_each_deposit_with_its_vat_per_rate_and_no_negative_line",
        ),
    ),
    Rule(
        "DEPOSITS_NOT_DEDUCTED",
        "refusal",
        (52,),
        "CGI ann. II art. 242 nonies A I 10° ; EN 16931 BT-113",
        "quoted",
        "A contract with a paid deposit is closed by a final invoice that deducts it.",
        (
            _CONTRACT + "test_a_paid_deposit_must_be_deducted",
            _CONTRACT + "test_a_situation_leaves_the_paid_deposits_to_the_final_invoice",
        ),
    ),
    Rule(
        "DEPOSIT_SPLIT_BY_RATE",
        "behaviour",
        (52,),
        "CIBS art. L131-2",
        "ours",
        "A deposit is spread over the rates pro rata, by largest remainder: no text fixes another way.",
        (
            _TOTALS + "test_a_deposit_of_510_on_the_quote_is_330_at_10_and_180_at_20",
            _TOTALS + "test_the_last_deposit_takes_what_is_left_and_no_cent_stays_behind",
            _DEPOSIT_SUMS + "test_the_deposits_of_a_contract_and_its_rest_are_its_vat_rows",
        ),
    ),
    Rule(
        "VAT_ON_DEPOSIT_RECEIPT",
        "behaviour",
        (53,),
        "CGI art. 269-2-a et 269-2-c",
        "quoted",
        "VAT on a deposit is due when the money is received, for goods and services.",
        (
            _PAYMENTS + "test_the_vat_of_a_deposit_falls_on_the_day_its_money_came_for_goods_as_for_services",
            _GOLDEN + "test_a_month_is_returned_as_worked_by_hand",
            _RETURNS + "test_the_effective_day_decides_not_the_day_of_recording",
        ),
        since=date(2023, 1, 1),
    ),
    Rule(
        "ARRHES_FREE_OF_VAT",
        "behaviour",
        (54,),
        "CJUE C-277/05 ; CE 30 novembre 2007 n° 263653 ; CGI art. 272",
        "official",
        "Arrhes kept are an indemnity outside VAT; VAT already due is corrected by a rectifying document.",
        (
            _DEPOSITS + "test_arrhes_kept_leave_vat_and_the_vat_that_had_fallen_due_is_corrected",
            _GOLDEN + "test_a_sale_is_booked_as_worked_by_hand",
            _GOLDEN + "test_a_month_is_returned_as_worked_by_hand",
        ),
    ),
    Rule(
        "ROUNDED_HALF_UP",
        "behaviour",
        (55,),
        "CIBS art. L131-2",
        "official",
        "To the nearest cent, a half counting as one, on the absolute value.",
        (
            _MONEY + "test_a_half_cent_counts_as_one_on_both_sides_of_zero",
            _MONEY + "test_the_tax_in_a_gross_amount_is_extracted_to_the_cent",
        ),
        since=date(2022, 1, 1),
    ),
    Rule(
        "VAT_PER_RATE",
        "behaviour",
        (55,),
        "CIBS art. L131-2 ; EN 16931 BR-CO-17",
        "official",
        "VAT is counted per rate on the document's total; prices with tax keep their total.",
        (
            _TOTALS + "test_vat_is_counted_per_rate_and_not_per_line",
            _TOTALS + "test_three_times_9_99_with_tax_stays_29_97",
            _PROPERTIES + "test_lines_rates_and_totals_agree",
        ),
    ),
    Rule(
        "VAT_RATE_NOT_IN_FORCE",
        "refusal",
        (56, 74),
        "CGI art. 278 à 281 octies, 296 à 297",
        "official",
        "A rate is one of the place and day of supply.",
        (
            _VAT + "test_rates_follow_the_place_of_supply",
            _VAT + "test_a_rate_of_the_past_is_one_of_its_day_only",
            _PRICING + "test_a_rate_of_another_place_or_another_time_is_refused",
        ),
    ),
    Rule(
        "FRANCHISE_WORDING",
        "behaviour",
        (56,),
        "CGI art. 293 B ; CIBS art. L. 223-3",
        "quoted",
        "The franchise sentence changes on 1 January 2027; both hold until the end of 2027.",
        (
            _MENTIONS + "test_the_franchise_wording_changes_on_1_january_2027_and_both_hold_for_a_year",
            _MENTIONS + "test_articles_move_to_the_cibs_on_1_january_2027",
            _PAPER_MENTIONS + "test_the_franchise_is_worded_as_of_the_documents_day",
        ),
    ),
    Rule(
        "FRANCHISE_THRESHOLDS",
        "behaviour",
        (56, 57),
        "CGI art. 293 B (LF 2024 art. 82)",
        "quoted",
        "Above the raised threshold the exemption ends that very day, above the threshold with the year.",
        (
            _MICRO + "test_the_thresholds_of_the_vat_exemption_are_those_since_2025",
            _MICRO + "test_the_vat_exemption_ends_on_the_day_the_raised_threshold_is_passed_else_with_the_year",
            _THRESHOLDS + "test_the_vat_exemption_of_services_ends_a_cent_above_its_thresholds",
        ),
        since=date(2025, 1, 1),
    ),
    Rule(
        "MICRO_CEILINGS",
        "behaviour",
        (56,),
        "CGI art. 50-0 et 102 ter",
        "quoted",
        "The micro regimes end with the second year above their ceiling; a first year has its share of it.",
        (
            _MICRO + "test_the_ceilings_of_the_micro_regimes_change_with_the_year",
            _MICRO + "test_the_micro_regime_ends_after_two_years_above_the_ceiling",
            _MICRO + "test_a_first_year_has_its_share_of_a_limit",
            _THRESHOLDS + "test_the_micro_regime_counts_what_was_received_and_ends_after_two_years",
        ),
    ),
    Rule(
        "TAKINGS_BOOK",
        "behaviour",
        (56,),
        "CGI art. 50-0 5 ; C. com. L123-28, D123-205-1 ; BOI-BIC-DECLA-30-30 § 10 à 30",
        "quoted",
        "The book of takings tells each receipt by its day, amount, origin, means (cash apart) and document.",
        (
            _TAKINGS + "test_the_columns_that_the_law_wants_are_there",
            _TAKINGS + "test_a_taking_says_when_from_whom_how_and_for_which_document",
            _TAKINGS + "test_small_retail_sales_of_a_day_may_be_one_line_and_76_euros_is_small",
        ),
    ),
    Rule(
        "VAT_UNDER_FRANCHISE",
        "refusal",
        (57,),
        "CGI art. 293 B et 283-3",
        "quoted",
        "No line bears VAT under the franchise.",
        (
            _VAT + "test_nothing_bears_vat_under_the_franchise",
            _PRICING + "test_under_the_franchise_no_line_bears_vat",
        ),
    ),
    Rule(
        "FRANCHISE_EXEMPTION_UNDER_VAT",
        "refusal",
        (57,),
        "CGI art. 293 B",
        "ours",
        "Who has left the franchise no longer issues under its exemption.",
        (_PRICING + "test_the_franchise_exemption_ends_with_the_franchise",),
    ),
    Rule(
        "VAT_EXEMPTION_REFERENCE_MISSING",
        "refusal",
        (48,),
        "CGI ann. II art. 242 nonies A I 12°",
        "quoted",
        "An exempt line says why.",
        (
            _VAT + "test_an_exempt_line_says_why_and_a_consumer_is_never_reverse_charged",
            _PRICING + "test_a_line_without_vat_says_why",
        ),
    ),
    Rule(
        "CUSTOMER_SIREN_MISSING",
        "refusal",
        (58,),
        "CGI ann. II art. 242 nonies A I 1°",
        "quoted",
        "A French business client's SIREN stands on its invoices once the reform binds the issuer.",
        (
            _MENTIONS + "test_the_clients_siren_is_wanted_once_the_reform_binds_the_issuer",
            _INVOICES + "test_the_clients_siren_is_due_once_the_reform_binds_the_issuer",
        ),
        since=date(2026, 9, 1),
    ),
    Rule(
        "REFORM_MENTIONS",
        "behaviour",
        (58,),
        "CGI ann. II art. 242 nonies A I 7° bis, 8° bis et 11° bis",
        "quoted",
        "Delivery address, goods or services, and the debits option are told.",
        (
            _MENTIONS + "test_goods_services_or_both_are_told",
            _MENTIONS + "test_the_debits_option_is_told_for_taxed_services",
            _MENTIONS + "test_what_the_invoice_is_for_adds_its_mention",
            _PAPER_MENTIONS + "test_every_sentence_that_the_law_wants_is_on_the_page_and_every_code_is_met",
        ),
    ),
    Rule(
        "SERIES_PATTERN_INVALID",
        "refusal",
        (59,),
        "Spécifications externes B2B, G1.05",
        "official",
        "Numbers have at most 20 characters of a small set.",
        (
            _NUMBERING + "test_a_pattern_that_would_print_refused_numbers_is_refused",
            _NUMBERING + "test_every_number_of_a_checked_pattern_is_a_document_number",
        ),
    ),
    Rule(
        "SERIES_EXHAUSTED",
        "refusal",
        (59,),
        "Spécifications externes B2B, G1.05",
        "official",
        "A series ends where its number would be too long.",
        (_NUMBERING + "test_a_series_ends_where_its_number_would_be_too_long",),
    ),
    # privacy
    Rule(
        "PERSONAL_DATA_IN_CLEAR",
        "behaviour",
        (69,),
        "RGPD art. 5 et 25",
        "ours",
        "Personal data never stand in an entry: only salted commitments to them do.",
        (_AUDIT + "test_a_disclosure_that_is_not_what_was_committed_to_is_found",),
    ),
    # added after review
    Rule(
        "WORKS_NOTE",
        "behaviour",
        (72,),
        "CGI art. 290 quinquies (ancien) ; CIBS",
        "recalled",
        "A consumer gets a note for building works, whatever the price.",
        (
            _VAT + "test_a_note_for_building_works_is_due_to_a_consumer_whatever_the_price",
            _MENTIONS + "test_a_note_has_the_list_of_1983_and_respects_a_client_who_objects",
        ),
    ),
    Rule(
        "REDUCED_RATE_STATEMENT_MISSING",
        "refusal",
        (73,),
        "Loi 2025-127 art. 41",
        "quoted",
        "A reduced rate on works rests on the client's statement, on the quote or the invoice, line by line.",
        (
            "tests/domain/test_pricing.py::test_labour_of_no_declared_trade_counts_as_works_line_by_line",
            _INVOICES + "test_a_repairer_of_homes_keeps_the_clients_statement_for_a_reduced_rate",
            _MENTIONS + "test_the_reduced_rate_statement_stands_on_the_quote_or_on_the_invoice",
            _MENTIONS + "test_a_mention_is_wanted_from_its_day_on",
            _SIGNATURES + "test_reduced_rates_on_works_need_the_clients_statement_at_signature",
            _PAPER_MENTIONS + "test_an_invoice_after_a_signed_quote_says_where_the_statement_for_reduced_rates_stands",
        ),
        since=date(2025, 2, 16),
    ),
    Rule(
        "VAT_IN_EXCLUDED_DEPARTMENT",
        "refusal",
        (74,),
        "CGI art. 294",
        "official",
        "Supplies in Guyane and Mayotte bear no VAT and say so.",
        (
            _VAT + "test_nothing_bears_vat_in_guyane_and_mayotte",
            _MENTIONS + "test_guyane_and_mayotte_have_their_sentence_and_training_its_word",
            _PAPER_MENTIONS + "test_english_keeps_the_french_wording_that_is_the_mention",
        ),
    ),
    Rule(
        "CONSUMER_CREDIT_MAY_APPLY",
        "behaviour",
        (75,),
        "Ord. 2025-880",
        "recalled",
        "Payment offered to a consumer after delivery is flagged.",
        (_DAYS + "test_deferred_payment_offered_to_a_consumer_is_flagged_since_20_november_2026",),
        since=date(2026, 11, 20),
    ),
    Rule(
        "PLATFORM_REQUIRED",
        "refusal",
        (76,),
        "CGI art. 289 bis ; BOI-TVA-DECLA-20-30-50 §10",
        "quoted",
        "A domestic business invoice goes through an approved platform from the issuer's day on.",
        (_VAT + "test_a_domestic_business_invoice_goes_through_a_platform_from_its_day_on",),
        since=date(2026, 9, 1),
    ),
    Rule(
        "EARLY_DISCOUNT",
        "behaviour",
        (),
        "C. com. art. L441-9",
        "quoted",
        "The discount offered for early payment is granted when all but it came in time, and falls with the money.",
        (
            _PAYMENTS + "test_payment_in_time_less_the_discount_closes_the_invoice",
            _PAYMENTS + "test_the_value_date_decides_on_the_discount_for_every_part",
            _BACK + "test_an_early_discount_falls_with_the_money_that_earned_it",
        ),
    ),
    Rule(
        "FACTS_ALWAYS_RECORDED",
        "behaviour",
        (77,),
        "BOI-TVA-DECLA-30-10-30 §50",
        "quoted",
        "What has happened is recorded even against a rule; the rule then asks for the remedy.",
        (
            _PAYMENTS + "test_payment_within_the_seven_days_is_recorded_flagged_and_to_be_given_back",
            _PAYMENTS + "test_money_for_a_credited_invoice_is_kept_unallocated_with_a_task",
            _PAYMENTS + "test_arrhes_are_recorded_even_when_no_receipt_can_be_numbered",
            _BACK + "test_money_given_back_that_nobody_owed_opens_the_invoice_again_and_is_flagged",
            _END + "test_a_delivery_without_a_contract_is_recorded_and_asks_for_one",
        ),
    ),
    # closures
    Rule(
        "CLOSED_BY_ITSELF",
        "behaviour",
        (13,),
        "BOI-TVA-DECLA-30-10-30 §170",
        "quoted",
        "Each day, month and financial year is closed, by itself, in order, also after a stop.",
        (
            _CLOSING + "test_the_first_entry_of_a_later_day_closes_the_open_one",
            _CLOSING + "test_the_months_and_years_of_a_stop_of_two_years_are_caught_up_in_order",
            _CLOSING + "test_closing_broken_off_between_two_periods_goes_on_where_it_stopped",
            _CLOSING + "test_two_services_on_one_store_close_once",
            _PERIODS + "test_months_tile_their_year_and_years_follow_each_other",
        ),
    ),
    Rule(
        "CUMULATIVE_TOTALS",
        "behaviour",
        (14,),
        "BOI-TVA-DECLA-30-10-30 §170",
        "quoted",
        "A closure records its period's total, the total since the financial year opened and the perpetual total.",
        (
            _CLOSING + "test_the_first_entry_of_a_later_day_closes_the_open_one",
            _TALLY + "test_the_sums_of_a_month_are_those_of_its_days_added",
            "tests/domain/test_whole_sale.py::test_the_books_agree_with_every_sale",
        ),
    ),
    Rule(
        "PERPETUAL_NEVER_RESET",
        "behaviour",
        (15,),
        "BOI-TVA-DECLA-30-10-30 §170, §260",
        "quoted",
        "Perpetual totals go on through months, years and the ledger that continues another; nothing resets them.",
        (
            _TALLY + "test_perpetual_totals_pass_through_months_and_years_and_are_never_reset",
            _CLOSING + "test_perpetual_totals_go_on_from_the_ledger_that_is_continued",
        ),
    ),
    Rule(
        "ABSOLUTE_TOTALS_PER_RATE",
        "behaviour",
        (16,),
        "Référentiels privés (NF525)",
        "quoted",
        "The perpetual total is kept without signs too, and turnover per VAT rate.",
        (
            _CLOSING + "test_the_first_entry_of_a_later_day_closes_the_open_one",
            _TALLY + "test_a_deposit_and_its_final_invoice_count_once_in_turnover",
        ),
    ),
    Rule(
        "NOTHING_ENTERS_A_CLOSED_PERIOD",
        "behaviour",
        (17,),
        "BOI-TVA-DECLA-30-10-30 §170 ; référentiel LNE 6",
        "quoted",
        "What comes late is recorded in the open period and says which closed one it is of.",
        (
            _PERIODS + "test_money_of_a_closed_period_is_recorded_today_flagged_with_its_task",
            _PERIODS + "test_a_credit_note_on_a_closed_period_counts_in_the_open_one_and_says_so",
            _PERIODS + "test_a_delivery_of_a_closed_period_is_recorded_and_says_so",
            _CLOSING + "test_a_fact_of_a_closed_period_is_recorded_today_and_says_so",
        ),
    ),
    Rule(
        "PERIOD_NOT_ENDED",
        "refusal",
        (18,),
        "BOI-TVA-DECLA-30-10-30 §170",
        "quoted",
        "A month waits for its days, a year for its months; what has not ended is not closed.",
        (
            _PERIODS + "test_a_period_is_closed_after_its_last_day_only",
            _PERIODS + "test_the_year_waits_for_its_months_and_the_month_for_its_days",
        ),
    ),
    Rule(
        "DEPOSIT_COUNTS_ONCE",
        "behaviour",
        (19,),
        "BOI-TVA-DECLA-30-10-30 §170",
        "quoted",
        "The final invoice counts in turnover, the deposit invoice does not; deposits have counters of their own.",
        (
            _TALLY + "test_a_deposit_and_its_final_invoice_count_once_in_turnover",
            _TALLY + "test_the_credit_note_of_a_deposit_invoice_is_no_turnover",
            _TALLY + "test_arrhes_kept_are_counted_apart_from_turnover",
        ),
    ),
    Rule(
        "CLOSURES_CHAINED",
        "behaviour",
        (20,),
        "BOI-TVA-DECLA-30-10-30 §100, §140",
        "quoted",
        "A closure names the one before it, the head of the chain, the Merkle root and how many entries it covers.",
        (
            _CLOSING + "test_the_first_entry_of_a_later_day_closes_the_open_one",
            _CLOSING + "test_an_entry_altered_in_its_day_is_not_summed",
        ),
    ),
    Rule(
        "DETAIL_STAYS",
        "behaviour",
        (21,),
        "BOI-TVA-DECLA-30-10-30 §155, §180",
        "quoted",
        "Closing removes nothing: every line of a closed period stays readable.",
        (_CLOSING + "test_the_lines_of_a_closed_period_stay",),
    ),
    Rule(
        "DECLARED_DAY_AND_YEAR",
        "behaviour",
        (22,),
        "BOI-TVA-DECLA-30-10-30 §170 ; C. com. art. L123-12",
        "quoted",
        "The day's cut-off, the time zone and the financial year are declared; days of 23 and 25 hours are days.",
        (
            _PERIODS + "test_a_day_has_23_or_25_hours_when_the_clocks_change",
            _PERIODS + "test_a_day_that_crosses_midnight_ends_at_its_cut_off",
            _PERIODS + "test_days_leave_no_gap_and_never_come_back",
            _PERIODS + "test_the_first_year_may_be_long_and_the_next_ones_begin_the_day_after",
            _CLOSING + "test_a_declared_financial_year_and_its_change",
        ),
    ),
    Rule(
        "PERIOD_CLOSED",
        "refusal",
        (22,),
        "BOI-TVA-DECLA-30-10-30 §170",
        "quoted",
        "The end of a financial year is not set in the past.",
        (_PERIODS + "test_a_year_is_not_ended_in_the_past_nor_on_28_february_of_a_leap_year",),
    ),
    Rule(
        "YEAR_TOO_LONG",
        "refusal",
        (22,),
        "C. com. art. L123-12",
        "ours",
        "A financial year has twenty-four months at most.",
        (_PERIODS + "test_the_first_year_may_be_long_and_the_next_ones_begin_the_day_after",),
    ),
    Rule(
        "SEALED_ARCHIVE",
        "behaviour",
        (23,),
        "BOI-TVA-DECLA-30-10-30 §220 à 250",
        "quoted",
        "A closed period is frozen in an open format, with a notice in French, lines, journal, closures and proof.",
        (
            _ARCHIVE + "test_the_members_are_those_of_the_page_in_its_order",
            _ARCHIVE + "test_the_commands_of_the_notice_work_as_they_stand",
            _ARCHIVE + "test_the_tables_say_what_was_sold_and_add_up_to_the_closure",
            _CREATION + "test_a_time_stamp_stands_beside_the_signature_and_a_silent_authority_stops_nothing",
        ),
    ),
    Rule(
        "ARCHIVE_PERIOD_OPEN",
        "refusal",
        (23,),
        "BOI-TVA-DECLA-30-10-30 §220",
        "quoted",
        "Only a closed period is archived.",
        ("tests/archive/test_period.py::test_what_is_open_or_empty_is_refused",),
    ),
    Rule(
        "ARCHIVE_PERIOD_TOO_LONG",
        "refusal",
        (23,),
        "BOI-TVA-DECLA-30-10-30 §220",
        "quoted",
        "An archive covers a year at most.",
        ("tests/archive/test_period.py::test_what_is_no_period_is_refused_in_words",),
    ),
    Rule(
        "STANDALONE_VERIFIER",
        "behaviour",
        (24,),
        "BOI-TVA-DECLA-30-10-30 §230",
        "quoted",
        "An archive is checked without this software, by the programs inside it or by hand.",
        (
            _ARCHIVE + "test_the_shipped_verifier_finds_it_whole_alone",
            _ARCHIVE + "test_the_commands_of_the_notice_work_as_they_stand",
        ),
    ),
    Rule(
        "ARCHIVE_TRACED",
        "behaviour",
        (25,),
        "BOI-TVA-DECLA-30-10-30 §240",
        "quoted",
        "Each archive is an entry of the chain, once, with the digest of its manifest.",
        (
            _ARCHIVE + "test_the_ledger_tells_of_the_archive_once",
            _CREATION + "test_killed_midway_it_leaves_nothing_half_and_no_entry",
            _CREATION + "test_two_at_once_make_the_same_archive_and_tell_of_it_once",
        ),
    ),
    Rule(
        "ARCHIVE_NOT_WHOLE",
        "refusal",
        (25,),
        "BOI-TVA-DECLA-30-10-30 §240",
        "quoted",
        "A copy is told to be whole only when every byte of it was read back.",
        (
            _CREATION + "test_a_copy_that_was_read_back_whole_is_recorded",
            _CREATION + "test_a_copy_with_one_other_byte_is_not",
        ),
    ),
    Rule(
        "ARCHIVE_KEY_KEPT",
        "refusal",
        (27,),
        "LPF art. L102 B ; C. com. art. L123-22",
        "official",
        "What names people in an archive stays readable ten years from the end of the financial year.",
        (_CREATION + "test_the_key_of_a_year_is_destroyed_after_ten_years_and_not_before",),
    ),
    Rule(
        "ARCHIVE_YEAR_OPEN",
        "refusal",
        (27,),
        "C. com. art. L123-22",
        "official",
        "The ten years begin with the end of the financial year.",
        (_CREATION + "test_the_key_of_a_year_is_destroyed_after_ten_years_and_not_before",),
    ),
    Rule(
        "ARCHIVE_FORMATS",
        "behaviour",
        (28,),
        "Loi 2026-534 art. 87",
        "quoted",
        "Forms of archive stand in one table of writers, apart from the rest: the State's own is one more.",
        ("tests/archive/test_formats.py::test_another_form_is_one_more_writer_and_nothing_else",),
        since=date(2026, 6, 27),
    ),
    Rule(
        "CONSULTED_ON_DEMAND",
        "behaviour",
        (29,),
        "BOI-TVA-DECLA-30-10-30 §230 ; LPF art. L80 O",
        "quoted",
        "An archive names nobody and opens in a spreadsheet; the names open with a key that is shown on demand.",
        (
            _ARCHIVE + "test_nobody_is_named_in_the_clear_archive",
            _ARCHIVE + "test_the_second_file_opens_with_openssl_and_the_year_s_key",
            _ARCHIVE + "test_no_text_is_a_formula_to_a_spreadsheet",
        ),
    ),
    # purge, erasure (docs/retention.md)
    Rule(
        "PURGE_NO_ARCHIVE",
        "refusal",
        (26,),
        "BOI-TVA-DECLA-30-10-30 §260",
        "quoted",
        "Nothing is purged without a verified archive on another medium, read again at that moment.",
        (
            _PURGE + "test_no_purge_without_an_archive_confirmed_elsewhere",
            _PURGE + "test_an_altered_copy_lets_nothing_go",
            _PURGE + "test_another_ledgers_archive_lets_nothing_go",
        ),
    ),
    Rule(
        "TOTALS_STAY_AFTER_PURGE",
        "behaviour",
        (26,),
        "BOI-TVA-DECLA-30-10-30 §260",
        "quoted",
        "A purge leaves totals, closures and fingerprints; the chain verifies across the gap and tells it.",
        (
            _PURGE + "test_the_lines_of_an_archived_month_go_and_the_ledger_verifies",
            _PURGE + "test_periods_go_on_closing_after_a_purge",
            _PURGE + "test_with_the_archive_every_entry_is_checked_again",
        ),
    ),
    Rule(
        "STREAM_PURGED",
        "refusal",
        (26,),
        "BOI-TVA-DECLA-30-10-30 §260",
        "ours",
        "A document that was purged takes nothing more; its archive is named.",
        (_PURGE + "test_a_purged_document_takes_nothing_more_and_its_archive_is_named",),
    ),
    Rule(
        "ERASURE_TOO_EARLY",
        "refusal",
        (27, 70),
        "RGPD art. 17-3-b ; LPF art. L102 B ; C. com. art. L123-22",
        "quoted",
        "Data of issued documents are not erased before the end of retention; the answer says the law and the day.",
        (
            _ERASURE + "test_a_customers_data_are_kept_ten_years_from_the_end_of_the_financial_year",
            _ERASURE + "test_how_long_each_sort_is_kept",
            _ERASURE + "test_a_customer_whose_documents_were_purged_is_no_prospect",
        ),
    ),
    Rule(
        "ERASED_AFTER_RETENTION",
        "behaviour",
        (70,),
        "RGPD art. 5-1-e et 17",
        "quoted",
        "After retention, data are erased on request or when due; a prospect's at any time on request.",
        (
            _ERASURE + "test_after_that_day_every_place_that_names_them_is_erased",
            _ERASURE + "test_a_prospect_is_erased_on_request_at_any_time_and_by_itself_after_three_years",
            _ERASURE + "test_passing_customers_are_erased_when_their_time_is_over",
        ),
    ),
    Rule(
        "CHAIN_HOLDS_AFTER_ERASURE",
        "behaviour",
        (71,),
        "BOI-TVA-DECLA-30-10-30 §120",
        "quoted",
        "The chain and old archives verify unchanged after an erasure.",
        (
            _ERASURE + "test_after_that_day_every_place_that_names_them_is_erased",
            _ERASURE + "test_old_archives_verify_after_an_erasure",
        ),
    ),
    # e-reporting (docs/projections/ereporting.md)
    Rule(
        "EREPORT_INVALID",
        "refusal",
        (60,),
        "Flux 10, XSD 3.2 et Schematron (annexe 7 v1.8)",
        "official",
        "A report of 10.3 or 10.4 passes the official schema and rules, or is not made.",
        (
            _EREPORT_CHECK + "test_a_report_of_transactions_is_written_as_the_state_wants_it",
            _EREPORT_CHECK + "test_a_report_of_payments_passes",
            _EREPORT_CHECK + "test_one_fault_is_found_by_its_rule",
            _EREPORT_CHECK + "test_the_samples_pass_and_fail_as_they_should",
            _EREPORT_DUE + "test_a_report_that_does_not_pass_the_rules_is_not_made",
        ),
    ),
    Rule(
        "EREPORT_AGGREGATED",
        "behaviour",
        (61,),
        "BOI-TVA-DECLA-20-30-50 et -60",
        "quoted",
        "Transactions by day, currency, category and rate; payments by day and rate, with tax, services not on debits.",
        (
            _EREPORT_10_3 + "test_a_day_is_added_up_by_category_and_rate",
            _EREPORT_10_3 + "test_the_franchise_reports_at_rate_0",
            _EREPORT_10_3 + "test_customers_that_are_no_consumers_are_left_out_and_counted",
            _EREPORT_10_4 + "test_receipts_for_services_are_added_up_by_day_and_rate_with_tax",
            _EREPORT_10_4 + "test_goods_debits_and_other_customers_are_not_there",
        ),
    ),
    Rule(
        "EREPORT_NOTHING",
        "refusal",
        (61,),
        "BOI-TVA-DECLA-20-30-50-30",
        "quoted",
        "An empty transmission is not made.",
        (_EREPORT_DUE + "test_what_may_not_be_made_is_refused_in_words",),
    ),
    Rule(
        "EREPORT_NEVER_NEGATIVE",
        "behaviour",
        (62,),
        "Flux 10, G1.16",
        "official",
        "Money given back is netted within its day and rate, or the period in which it came is rectified whole (RE).",
        (
            _EREPORT_10_4 + "test_no_line_is_below_zero_and_to_the_cent_nothing_is_lost",
            _EREPORT_DUE + "test_a_refund_that_its_day_cannot_bear_rectifies_the_period_in_which_the_money_came",
            _EREPORT_DUE + "test_whenever_reports_are_sent_in_the_end_each_says_what_is_so",
        ),
    ),
    Rule(
        "EREPORT_PERIODS",
        "behaviour",
        (62, 63),
        "BOI-TVA-DECLA-20-30-50-30 §50-100 et -60 §170-210 ; flux 10, G6.25",
        "quoted",
        "Periods follow the VAT regime, last more than a day, meet, and are due on the days of the law.",
        (
            _EREPORT_PERIODS + "test_a_monthly_filer_sends_transactions_every_ten_days",
            _EREPORT_PERIODS + "test_the_franchise_sends_every_two_months_by_the_end_of_the_next",
            _EREPORT_PERIODS + "test_whatever_the_regimes_periods_meet_last_more_than_a_day_and_are_due_after_they_end",
        ),
    ),
    Rule(
        "EREPORT_BEFORE_START",
        "refusal",
        (63,),
        "BOI-TVA-DECLA-20-30-50 §10",
        "quoted",
        "Nothing is reported before the firm's day: 01/09/2026 for large and mid-sized firms, 01/09/2027 for others.",
        (
            _EREPORT_PERIODS + "test_firms_start_by_their_size",
            _EREPORT_DUE + "test_before_the_start_the_words_say_the_day",
            _EREPORT_DUE + "test_before_the_start_nothing_is_due_and_a_period_without_figures_is_none",
        ),
    ),
    Rule(
        "EREPORT_RECONCILED",
        "behaviour",
        (64,),
        "BOI-TVA-DECLA-20-30-50",
        "ours",
        "10.3 leads back to the closures and 10.4 to the VAT on services that fell due, to the cent.",
        (
            _EREPORT_REAL + "test_whatever_happens_reports_lead_back_to_the_closures_and_are_valid",
            _EREPORT_REAL + "test_every_played_sale_is_reported_whole_or_left_out_by_name",
            _RECONCILE + "test_every_bridge_of_random_years_holds",
            _RECONCILE + "test_no_posting_can_be_left_out_or_altered_unseen",
            _GOLDEN + "test_every_bridge_of_the_year_and_of_its_months_holds",
        ),
    ),
    Rule(
        "EREPORT_TRAINING",
        "refusal",
        (10,),
        "BOI-TVA-DECLA-30-10-30 §150",
        "quoted",
        "A training ledger reports nothing: its operations are simulated.",
        (
            "tests/domain/test_exports.py::test_a_training_ledger_reports_nothing_but_may_try_its_exports",
            _EREPORT_DUE + "test_what_may_not_be_made_is_refused_in_words",
        ),
    ),
    Rule(
        "FEC_WRITTEN",
        "behaviour",
        (65,),
        "LPF art. A47 A-1",
        "official",
        "An FEC has 18 columns and a header, tab or pipe, decimal commas, dates AAAAMMJJ, its name, its description.",
        (
            _ACCOUNTS + "test_fec.py::test_the_law_example_is_written_line_by_line",
            _ACCOUNTS + "test_fec.py::test_a_files_name_is_the_siren_and_the_years_last_day",
            _ACCOUNTS + "test_fec.py::test_what_is_written_passes_the_check_in_every_form",
            _ACCOUNTS + "test_fec.py::test_the_description_describes_the_columns_of_its_file",
        ),
    ),
    Rule(
        "FEC_CHECKED",
        "behaviour",
        (65, 66),
        "LPF art. A47 A-1 ; outil Test Compta Demat de la DGFiP",
        "official",
        "Any FEC is checked by the rules of the administration's own tool, and by the law where that tool is silent.",
        (
            _ACCOUNTS + "test_check.py::test_each_fault_is_found_by_its_rule",
            _ACCOUNTS + "test_check.py::test_every_rule_has_a_fault_that_it_finds",
            _ACCOUNTS + "test_ledgers.py::test_the_fec_of_every_played_sale_passes_the_check",
        ),
    ),
    Rule(
        "ENTRY_BALANCED",
        "behaviour",
        (66,),
        "LPF art. A47 A-1 ; C. com. art. L123-12",
        "official",
        "Each accounting entry balances, with one journal, date, piece and lettering; numbers follow one another.",
        (
            _ACCOUNTS + "test_journals.py::test_every_book_gives_balanced_continuous_entries_that_stay",
            _ACCOUNTS + "test_journals.py::test_numbers_begin_again_with_each_year_whatever_range_is_asked_for",
        ),
    ),
    Rule(
        "FEC_LABELS_CLEAN",
        "behaviour",
        (67,),
        "LPF art. A47 A-1",
        "official",
        "No label bears a tab, a pipe or a line's end; a character that the encoding lacks is written with others.",
        (
            _ACCOUNTS + "test_fec.py::test_names_and_labels_bear_no_separator_and_break_no_line",
            _ACCOUNTS + "test_fec.py::test_no_text_is_lost_silently_raises_or_breaks_a_line",
        ),
    ),
    Rule(
        "FEC_REGENERATED",
        "behaviour",
        (68,),
        "CGI art. 289 VII",
        "ours",
        "Made again as of the same entry, a journal has the same bytes; only a name erased since differs.",
        (
            _ACCOUNTS + "test_fec.py::test_a_regenerated_file_has_the_same_bytes_whatever_came_later",
            _ACCOUNTS + "test_fec.py::test_only_an_erased_name_changes_a_regenerated_file",
            _ACCOUNTS + "test_cli.py::test_a_years_fec_is_written_described_recorded_once_and_passes",
        ),
    ),
)
"""Every rule of this version."""

COMING: tuple[Coming, ...] = ()
"""Requirements that this version does not meet yet."""

LAST_REQUIREMENT = 77


def table_row(rule: Rule) -> str:
    """Write a rule as its row of docs/law/fr.md."""
    cells = (
        f"`{rule.code}`",
        ", ".join(map(str, rule.requirements)),
        rule.law,
        f"{rule.since or '—'} / {rule.until or '—'}",
        rule.source,
        rule.words,
        "<br>".join(f"`{test}`" for test in rule.tests) or "none yet",
    )
    return f"| {' | '.join(cells)} |"
