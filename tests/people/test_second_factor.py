"""The second factor: a code once, in all processes; recovery codes; the proof that dangerous acts ask for."""

from __future__ import annotations

from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor

from api.people.codes import Enrolment, recovery_code
from api.people.records import SignedIn
from api.people.second_factor import RecoveryCodes
from tests.people.scene import ADDRESS, PASSWORD, Scene, code_of


def test_the_code_that_enrolled_does_not_sign_in(world: Scene) -> None:
    world.user()
    secret, _ = world.enrol(world.in_().token)
    assert (
        code_of(world.people.second_step(world.step().token, world.code(secret), address=ADDRESS))
        == "CODE_OF_DEVICE_WRONG"
    )


def test_a_code_lets_one_of_two_in(world: Scene) -> None:
    world.user()
    secret, _ = world.enrol(world.in_().token)
    world.later(minutes=1)
    steps = [world.step() for _ in range(4)]
    other = world.beside()
    code = world.code(secret)
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(
                lambda at: (world.people, other)[at % 2].second_step(steps[at].token, code, address=ADDRESS), range(4)
            )
        )
    assert sum(isinstance(one, SignedIn) for one in found) == 1
    assert {code_of(one) for one in found if not isinstance(one, SignedIn)} == {"CODE_OF_DEVICE_WRONG"}


def test_a_second_step_serves_once_and_for_five_minutes(world: Scene) -> None:
    world.user()
    secret, _ = world.enrol(world.in_().token)
    world.later(minutes=1)
    step = world.step()
    assert isinstance(world.people.second_step(step.token, world.code(secret), address=ADDRESS), SignedIn)
    world.later(minutes=1)
    assert code_of(world.people.second_step(step.token, world.code(secret), address=ADDRESS)) == "STEP_LAPSED"
    late = world.step()
    world.later(minutes=5)
    assert code_of(world.people.second_step(late.token, world.code(secret), address=ADDRESS)) == "STEP_LAPSED"
    assert code_of(world.people.second_step("nonsense", "123456", address=ADDRESS)) == "STEP_LAPSED"


def test_a_recovery_code_stands_in_for_the_authenticator_once(world: Scene) -> None:
    user = world.user()
    _, recovery = world.enrol(world.in_().token)
    assert len(set(recovery.codes)) == 10
    code = recovery.codes[3]
    assert isinstance(world.people.second_step(world.step().token, code.upper(), address=ADDRESS), SignedIn)
    assert world.people.recovery_codes_left(user) == 9
    assert code_of(world.people.second_step(world.step().token, code, address=ADDRESS)) == "CODE_OF_DEVICE_WRONG"


def test_the_chain_tells_a_recovery_code_from_the_authenticator(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    secret, recovery = world.enrol(world.in_().token)
    wrong = recovery_code(b"another ten"[:10])
    for code in ("000000", wrong, wrong):
        assert code_of(world.people.second_step(world.step().token, code, address=ADDRESS)) == "CODE_OF_DEVICE_WRONG"
    made = world.people.second_step(world.step().token, recovery.codes[0], address=ADDRESS)
    assert isinstance(made, SignedIn)
    session = world.people.session(made.token)
    assert session is not None
    assert session.method == "password_recovery"
    world.later(minutes=1)
    assert isinstance(world.people.second_step(world.step().token, world.code(secret), address=ADDRESS), SignedIn)
    world.people.tidy()
    told = [one.method for one in world.entries(ledger, "access.signed_in/1")]
    assert told == ["password", "password_recovery", "password_totp"]
    failed = [(one.method, one.count) for one in world.entries(ledger, "access.sign_in_failed/1")]
    assert sorted(failed) == [("password_recovery", 2), ("password_totp", 1)]


def test_codes_are_limited_and_a_right_one_gives_the_tries_back(world: Scene) -> None:
    world.user()
    secret, _ = world.enrol(world.in_().token)
    world.later(minutes=1)
    step = world.step()
    for _ in range(5):
        assert code_of(world.people.second_step(step.token, "000000", address=ADDRESS)) == "CODE_OF_DEVICE_WRONG"
    assert isinstance(world.people.second_step(step.token, world.code(secret), address=ADDRESS), SignedIn)
    step = world.step()
    found = [code_of(world.people.second_step(step.token, "000000", address=ADDRESS)) for _ in range(7)]
    assert found == ["CODE_OF_DEVICE_WRONG"] * 6 + ["TRY_LATER"]


def test_a_fresh_code_counts_for_ten_minutes(world: Scene) -> None:
    world.user()
    secret, _ = world.enrol(world.in_().token)
    world.later(minutes=1)
    made = world.people.second_step(world.step().token, world.code(secret), address=ADDRESS)
    assert isinstance(made, SignedIn)

    def checked() -> bool:
        found = world.people.session(made.token)
        assert found is not None
        return found.checked

    assert checked()
    world.later(minutes=11)
    assert not checked()
    assert code_of(world.people.check_again(made.token, "000000")) == "CODE_OF_DEVICE_WRONG"
    assert not checked()
    assert code_of(world.people.renew_recovery_codes(made.token)) == "CODE_NEEDED"
    assert code_of(world.people.begin_enrolment(made.token)) == "CODE_NEEDED"
    assert world.people.check_again(made.token, world.code(secret)) is None
    assert checked()
    assert (
        code_of(world.people.check_again(made.token, world.code(secret))) == "CODE_OF_DEVICE_WRONG"
    )  # a code serves once


def test_without_an_authenticator_the_password_is_asked_again(world: Scene) -> None:
    world.user()
    token = world.in_().token
    world.later(minutes=11)
    assert code_of(world.people.check_again(token, "faux")) == "PASSWORD_WRONG"
    assert world.people.check_again(token, PASSWORD) is None
    found = world.people.session(token)
    assert found is not None
    assert found.checked


def test_enrolling_ends_all_other_sessions_and_shows_the_same_code_until_confirmed(world: Scene) -> None:
    world.user()
    one, other = world.in_().token, world.in_().token
    made = world.people.begin_enrolment(one)
    assert world.people.pending_enrolment(one) == made
    assert code_of(world.people.confirm_enrolment(one, "000000")) == "CODE_OF_DEVICE_WRONG"
    assert world.people.pending_enrolment(one) == made
    world.enrol(one)
    assert world.people.pending_enrolment(one) is None
    assert code_of(world.people.confirm_enrolment(one, "000000")) == "ENROLMENT_LAPSED"
    assert world.people.session(other) is None
    assert world.people.session(one) is not None


def test_the_secret_of_an_authenticator_is_in_no_row_in_clear(world: Scene) -> None:
    user = world.user()
    token = world.in_().token
    secret, _ = world.enrol(token)
    stored = world.people.user(user)
    assert stored is not None
    assert b32decode(secret) not in stored.totp
    assert secret.encode() not in stored.totp


def test_a_user_who_lost_phone_and_codes_is_let_in_again_without(world: Scene) -> None:
    user = world.user()
    token = world.in_().token
    world.enrol(token)
    assert world.people.drop_second_factor(user) is None
    assert world.people.session(token) is None
    assert world.people.recovery_codes_left(user) == 0
    assert isinstance(world.first(), SignedIn)
    assert code_of(world.people.drop_second_factor("nobody")) == "USER_UNKNOWN"


def test_a_secret_that_another_session_was_shown_is_never_put_in_force(world: Scene) -> None:
    world.user()
    stolen, own = world.in_().token, world.in_().token
    shown = world.people.begin_enrolment(stolen)
    assert isinstance(shown, Enrolment)
    assert world.people.pending_enrolment(stolen) == shown
    assert world.people.pending_enrolment(own) is None
    assert code_of(world.people.confirm_enrolment(own, world.code(shown.secret))) == "ENROLMENT_LAPSED"
    secret, _ = world.enrol(own)
    assert secret != shown.secret
    assert world.people.session(stolen) is None


def test_of_two_who_confirm_at_once_the_codes_of_one_are_in_force(world: Scene) -> None:
    user = world.user()
    token = world.in_().token
    made = world.people.begin_enrolment(token)
    assert isinstance(made, Enrolment)
    code, other = world.code(made.secret), world.beside()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda at: (world.people, other)[at].confirm_enrolment(token, code), range(2)))
    won = [one for one in found if isinstance(one, RecoveryCodes)]
    assert len(won) == 1
    assert world.people.recovery_codes_left(user) == 10
    assert isinstance(world.people.second_step(world.step().token, won[0].codes[0], address=ADDRESS), SignedIn)
