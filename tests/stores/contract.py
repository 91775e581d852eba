"""What every store must do: `test_memory`, `test_sqlite` and `test_postgres` run this suite whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest

from ledger.kernel.errors import Break
from ledger.shell.errors import HeadMoved, OperationTaken, StoreFailure, StreamConflict
from ledger.shell.side import AccessKey, Draft, Grant
from ledger.shell.store import AnchorRow, CheckpointRow, LedgerRow, Store
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger

Open = Callable[[], Store]


class StoreContract:
    """Subclasses give `open_another`: a new store object over the same data."""

    @pytest.fixture
    def store(self, open_another: Open) -> Iterator[Store]:
        store = open_another()
        yield store
        store.close()

    @pytest.fixture
    def hand(self, store: Store) -> Hand:
        hand = Hand()
        hand.open(store)
        return hand

    # Opening

    def test_an_opened_ledger_is_found_by_name_and_by_id(self, store: Store, hand: Hand) -> None:
        row = LedgerRow(hand.ledger, "atelier", "training")
        assert store.find("atelier") == store.find(hand.ledger) == row
        assert store.ledgers() == [row]
        assert store.find("boutique") is None

    def test_ledgers_come_in_order_of_name(self, store: Store, hand: Hand) -> None:
        Hand().open(store, "zinc")
        Hand().open(store, "abeille", "live")
        assert [row.name for row in store.ledgers()] == ["abeille", "atelier", "zinc"]

    def test_a_name_that_is_taken_opens_nothing(self, store: Store, hand: Hand) -> None:
        other = Hand()
        with pytest.raises(HeadMoved):
            other.open(store, "atelier")
        assert store.head(other.ledger) is None
        assert list(store.lines(other.ledger)) == []

    def test_an_id_that_is_taken_opens_nothing(self, store: Store) -> None:
        hand = Hand()
        append = hand.open(store)
        with pytest.raises(HeadMoved):
            store.open_ledger("other", "training", append)
        assert store.find("other") is None

    def test_an_unknown_ledger_is_empty(self, store: Store) -> None:
        unknown = "00000000-0000-8000-8000-000000000000"
        assert store.head(unknown) is None
        assert list(store.lines(unknown)) == []
        assert list(store.rows(unknown)) == []
        assert list(store.index(unknown)) == []
        assert list(store.lines_desc(unknown)) == list(store.stream(unknown, "quote:self")) == []
        assert list(store.seals(unknown)) == []
        assert list(store.disclosures(unknown)) == []
        assert store.operation(unknown, "k") is None
        assert store.versions(unknown, ["quote:self"]) == {}
        assert list(store.index(unknown)) == []

    # Appending

    def test_what_is_appended_is_read_back_to_the_byte(self, store: Store, hand: Hand) -> None:
        append = hand.write(store, (stream_id(), 1), (stream_id("invoice"), 1), secret="Zoé Dûpont")
        assert list(store.lines(hand.ledger)) == hand.kept
        assert list(store.disclosures(hand.ledger)) == list(append.disclosures)
        assert store.disclosures_of(hand.ledger, [3]) == [append.disclosures[1]]
        assert list(store.seals(hand.ledger, after=1)) == list(append.seals)
        assert store.head(hand.ledger) == append.head
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 3

    def test_a_head_that_moved_keeps_nothing(self, store: Store, hand: Hand) -> None:
        late = hand.again()
        hand.write(store, (stream_id(), 1))
        with pytest.raises(HeadMoved):
            late.write(store, (stream_id(), 1), secret="x", operations=[("k", b"{}")])
        assert list(store.lines(hand.ledger)) == hand.kept
        assert list(store.disclosures(hand.ledger)) == []
        assert store.operation(hand.ledger, "k") is None
        check_ledger(store, hand.ledger, SIGNER.public_der)

    def test_the_same_append_twice_is_kept_once(self, store: Store, hand: Hand) -> None:
        append = hand.write(store, (stream_id(), 1))
        with pytest.raises(HeadMoved):
            store.append(append)
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2

    def test_an_append_to_an_unknown_ledger_keeps_nothing(self, store: Store, hand: Hand) -> None:
        stranger = Hand()
        stranger.keep(stranger.make([("ledger:self", 1)]))
        with pytest.raises(HeadMoved):
            stranger.write(store, (stream_id(), 1))
        assert list(store.lines(stranger.ledger)) == []

    @pytest.mark.parametrize("version", [1, 3], ids=["taken", "gap"])
    def test_a_version_that_does_not_follow_is_refused_by_name(self, store: Store, hand: Hand, version: int) -> None:
        stream = stream_id()
        hand.write(store, (stream, 1))
        with pytest.raises(StreamConflict) as caught:
            hand.again().write(store, (stream_id(), 1), (stream, version))
        assert (caught.value.stream, caught.value.version) == (stream, version)
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2

    @pytest.mark.parametrize("versions", [(1, 1), (1, 3), (2, 1), (0, 1)])
    def test_an_append_that_contradicts_itself_is_refused(
        self, store: Store, hand: Hand, versions: tuple[int, int]
    ) -> None:
        stream = stream_id()
        made = hand.again().make([(stream_id(), 1), (stream_id(), 1)])
        lines = [
            line.__class__(line.seq, line.fingerprint, stream, version, line.type, line.line)
            for line, version in zip(made.lines, versions, strict=True)
        ]
        with pytest.raises(StreamConflict):
            store.append(made.__class__(made.ledger, made.expected, lines, (), (), (), made.head))
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 1

    def test_several_versions_of_one_stream_go_into_one_append(self, store: Store, hand: Hand) -> None:
        stream = stream_id()
        hand.write(store, (stream, 1), (stream, 2))
        hand.write(store, (stream, 3), (stream_id(), 1), (stream, 4))
        assert [line.version for line in store.stream(hand.ledger, stream)] == [1, 2, 3, 4]
        assert store.versions(hand.ledger, [stream, stream_id()]) == {stream: 4}

    def test_a_thousand_entries_go_into_one_append(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(1000)])
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 1001

    def test_a_long_append_is_refused_whole(self, store: Store, hand: Hand) -> None:
        """PostgreSQL sends long appends by another road; what it refuses must leave nothing behind either."""
        taken = stream_id()
        hand.write(store, (taken, 1), operations=[("used", b"{}")])
        many = [(stream_id(), 1) for _ in range(400)]
        late = hand.again()
        with pytest.raises(StreamConflict) as caught:
            hand.again().write(store, *many, (taken, 1), secret="Ada")
        assert (caught.value.stream, caught.value.version) == (taken, 1)
        with pytest.raises(StreamConflict):
            hand.again().write(store, *many, (taken, 3))
        with pytest.raises(OperationTaken):
            hand.again().write(store, *many, operations=[("used", b"{}")])
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2
        kept = hand.write(store, *many, (taken, 2), secret="Ada", operations=[("k", b"{}")])
        with pytest.raises(HeadMoved):
            store.append(kept)
        with pytest.raises(HeadMoved):
            late.write(store, *[(stream_id(), 1) for _ in range(400)], secret="x", operations=[("l", b"{}")])
        assert store.operation(hand.ledger, "l") is None
        assert list(store.lines(hand.ledger)) == hand.kept
        assert list(store.disclosures(hand.ledger)) == list(kept.disclosures)
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 403

    def test_a_mebibyte_body_is_kept_whole(self, store: Store, hand: Hand) -> None:
        for _ in range(6):
            hand.write(store, (stream_id(), 1), body={"text": "é" * 524_000})
        assert list(store.lines(hand.ledger)) == hand.kept
        assert max(len(chunk) for chunk in store.rows(hand.ledger)) <= 7

    def test_hostile_bytes_come_back_as_they_were(self, store: Store, hand: Hand) -> None:
        hand.write(
            store, (stream_id(), 1), body={"text": "'; DROP TABLE entries; --\\ \" \u2028 \u0000 %s ? \U0001f409"}
        )
        assert list(store.lines(hand.ledger)) == hand.kept

    # Operations

    def test_an_operation_is_kept_with_what_it_wrote(self, store: Store, hand: Hand) -> None:
        append = hand.write(store, (stream_id(), 1), operations=[("key 1", b'{"id":"x"}')])
        assert store.operation(hand.ledger, "key 1") == append.operations[0]
        assert store.operation(hand.ledger, "key 2") is None
        assert store.operations(hand.ledger, ["key 2", "key 1", 'clé "3"']) == {"key 1": append.operations[0]}
        assert store.operations(hand.ledger, []) == {}

    def test_an_operation_that_wrote_nothing_is_kept_too(self, store: Store, hand: Hand) -> None:
        append = hand.write(store, operations=[("refused", b"{}")])
        assert store.operation(hand.ledger, "refused") == append.operations[0]
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 1

    def test_a_key_that_is_used_keeps_nothing_of_the_append(self, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id(), 1), operations=[("k", b"{}")])
        with pytest.raises(OperationTaken):
            hand.again().write(store, (stream_id(), 1), operations=[("k", b"{}")])
        with pytest.raises(OperationTaken):
            hand.again().write(store, (stream_id(), 1), operations=[("l", b"{}"), ("l", b"{}")])
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2

    def test_a_key_belongs_to_its_ledger(self, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id(), 1), operations=[("k", b"1")])
        other = Hand()
        other.open(store, "other")
        other.write(store, (stream_id(), 1), operations=[("k", b"2")])
        kept = store.operation(hand.ledger, "k"), store.operation(other.ledger, "k")
        assert [one.outcome for one in kept if one] == [b"1", b"2"]

    # Reading

    def test_lines_are_cut_by_position_limit_and_type(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(4)], types=["a.b/1", "c.d/1", "a.b/1", "a.b/2"])

        def seqs(*args: int | None, **more: list[str]) -> list[int]:
            return [line.seq for line in store.lines(hand.ledger, *args, **more)]  # type: ignore[arg-type] # positions, then types

        assert seqs() == [1, 2, 3, 4, 5]
        assert seqs(2) == [3, 4, 5]
        assert seqs(1, 3) == [2, 3]
        assert seqs(0, None, 2) == [1, 2]
        assert seqs(9) == seqs(2, 2) == seqs(0, None, 0) == []
        assert seqs(types=["a.b/1", "a.b/2"]) == [2, 4, 5]
        assert seqs(2, 5, 1, types=["a.b/1"]) == [4]

    def test_rows_are_lines_without_the_record(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(9)])
        rows = [row for chunk in store.rows(hand.ledger, 2, 8) for row in chunk]
        lines = store.lines(hand.ledger, 2, 8)
        assert rows == [(e.seq, e.fingerprint, e.stream, e.version, e.type, e.line) for e in lines]
        assert len(rows) == 6

    def test_the_latest_come_newest_first(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(4)])
        assert [line.seq for line in store.lines_desc(hand.ledger)] == [5, 4, 3, 2, 1]
        assert [line.seq for line in store.lines_desc(hand.ledger, 4, 2)] == [4, 3]

    def test_a_stream_is_cut_by_version_order_and_limit(self, store: Store, hand: Hand) -> None:
        stream = stream_id()
        hand.write(store, (stream, 1), (stream_id(), 1), (stream, 2), (stream, 3), (stream, 4))

        def versions(**how: object) -> list[int]:
            return [line.version for line in store.stream(hand.ledger, stream, **how)]  # type: ignore[arg-type] # as named below

        assert versions() == [1, 2, 3, 4]
        assert versions(desc=True) == [4, 3, 2, 1]
        assert versions(desc=True, limit=1) == [4]
        assert versions(gt=1, lte=3) == [2, 3]
        assert versions(gt=1, limit=1) == [2]
        assert versions(lte=0) == versions(gt=4) == []

    def test_the_index_gives_every_place_by_stream_and_version(self, store: Store, hand: Hand) -> None:
        first, second = sorted([stream_id(), stream_id("invoice")], reverse=True)
        hand.write(store, (first, 1), (second, 1), (first, 2))
        hand.write(store, (second, 2), *[(stream_id(), 1) for _ in range(10_500)])
        found = list(store.index(hand.ledger))
        assert found == sorted((line.stream, line.version, line.seq) for line in hand.kept)
        assert list(store.index(hand.ledger, 4)) == [place for place in found if place[2] <= 4]

    def test_disclosures_are_cut_by_position(self, store: Store, hand: Hand) -> None:
        for _ in range(3):
            hand.write(store, (stream_id(), 1), secret={"name": "Ada"})
        assert [one.seq for one in store.disclosures(hand.ledger)] == [2, 3, 4]
        assert [one.seq for one in store.disclosures(hand.ledger, 2)] == [3, 4]
        assert [one.seq for one in store.disclosures(hand.ledger, 1, 3)] == [2, 3]
        assert store.disclosures_of(hand.ledger, []) == []
        assert [one.seq for one in store.disclosures_of(hand.ledger, [4, 1, 2, 4])] == [2, 4]

    def test_more_than_a_chunk_is_read_in_order(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(4500)], secret="x")
        assert [line.seq for line in store.lines(hand.ledger)] == list(range(1, 4502))
        assert [one.seq for one in store.disclosures(hand.ledger)] == list(range(2, 4502))
        assert len([*store.lines(hand.ledger, 0, None, 2001)]) == 2001

    def test_a_reader_left_halfway_hinders_nobody(self, store: Store, hand: Hand) -> None:
        hand.write(store, *[(stream_id(), 1) for _ in range(10)])
        left = store.lines(hand.ledger)
        next(left)
        hand.write(store, (stream_id(), 1))
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 12

    def test_the_index_goes_by_stream_and_version(self, store: Store, hand: Hand) -> None:
        one, two = sorted(stream_id() for _ in range(2))
        hand.write(store, (two, 1), (one, 1), (one, 2), (two, 2))
        places = [(one, 1, 3), (one, 2, 4), (two, 1, 2), (two, 2, 5)]
        assert [tuple(row) for row in store.index(hand.ledger)] == [("ledger:self", 1, 1), *places]
        assert [tuple(row) for row in store.index(hand.ledger, 3)] == [("ledger:self", 1, 1), places[0], places[2]]

    # Many ledgers, many writers

    def test_ledgers_do_not_see_each_other(self, store: Store, hand: Hand) -> None:
        other = Hand()
        other.open(store, "other")
        stream = stream_id()
        hand.write(store, (stream, 1), secret="x")
        other.write(store, (stream, 1))
        assert list(store.lines(other.ledger)) == other.kept
        assert list(store.disclosures(other.ledger)) == []
        for one in (hand, other):
            check_ledger(store, one.ledger, SIGNER.public_der)

    def test_two_stores_racing_on_one_ledger_never_fork_it(self, open_another: Open, hand: Hand) -> None:
        gate = Barrier(4)
        won: list[int] = []
        errors: list[BaseException] = []

        def race() -> None:
            store = open_another()
            try:
                gate.wait()
                left = 15
                while left:
                    mine = hand.again()
                    mine.head = store.head(hand.ledger)
                    try:
                        won.append(mine.write(store, (stream_id(), 1)).head.seq)
                        left -= 1
                    except HeadMoved:
                        continue
            except BaseException as error:
                errors.append(error)
            finally:
                store.close()

        threads = [Thread(target=race) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert sorted(won) == list(range(2, 62))
        store = open_another()
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 61
        store.close()

    def test_what_one_store_keeps_another_reads(self, open_another: Open, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id(), 1))
        other = open_another()
        assert list(other.lines(hand.ledger)) == hand.kept
        other.close()

    # Tracking

    def test_a_position_only_grows(self, store: Store, hand: Hand) -> None:
        assert store.tracked(hand.ledger, "journal") is None
        assert store.track(hand.ledger, "journal", 4)
        assert not store.track(hand.ledger, "journal", 4)
        assert not store.track(hand.ledger, "journal", 3)
        assert store.track(hand.ledger, "journal", 9)
        assert store.track(hand.ledger, "vat", 0)
        assert (store.tracked(hand.ledger, "journal"), store.tracked(hand.ledger, "vat")) == (9, 0)

    # Checkpoints and anchors

    def test_a_checkpoint_is_kept_once_and_read_back_to_the_byte(self, store: Store, hand: Hand) -> None:
        rows = [CheckpointRow(size, bytes([size]) * 32, bytes([size]) * 64, b"note %d" % size) for size in (1, 3, 250)]
        assert [store.keep_checkpoint(hand.ledger, row) for row in (rows[1], rows[0], rows[2])] == [True] * 3
        assert not store.keep_checkpoint(hand.ledger, rows[1])
        assert list(store.checkpoints(hand.ledger)) == rows
        assert list(store.checkpoints(hand.ledger, after=1)) == rows[1:]
        assert store.last_checkpoint(hand.ledger) == rows[2]
        assert store.last_checkpoint(hand.ledger, upto=249) == rows[1]
        assert store.last_checkpoint(hand.ledger, upto=0) is None

    def test_another_root_of_the_same_size_is_a_break_and_changes_nothing(self, store: Store, hand: Hand) -> None:
        row = CheckpointRow(4, b"r" * 32, b"f" * 32, b"note")
        store.keep_checkpoint(hand.ledger, row)
        with pytest.raises(Break, match="fork"):
            store.keep_checkpoint(hand.ledger, row._replace(root=b"s" * 32))
        assert not store.keep_checkpoint(hand.ledger, row._replace(note=b"signed by a later key"))
        assert list(store.checkpoints(hand.ledger)) == [row]

    def test_an_anchor_is_kept_once_for_its_size_kind_and_place(self, store: Store, hand: Hand) -> None:
        stamp = AnchorRow(4, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"token")
        rows = [
            *(stamp._replace(size=3), stamp, stamp._replace(place="tsa2"), stamp._replace(kind="witness", place="a")),
            stamp._replace(size=9, kind="directory", place="disk"),
        ]
        assert [store.keep_anchor(hand.ledger, row) for row in reversed(rows)] == [True] * 5
        assert not store.keep_anchor(hand.ledger, stamp._replace(proof=b"another token"))
        assert list(store.anchors(hand.ledger)) == rows
        assert list(store.anchors(hand.ledger, after=3)) == rows[1:]
        assert list(store.anchors(hand.ledger, after=4)) == rows[4:]
        assert store.last_anchors(hand.ledger) == [rows[4], rows[1], rows[2], rows[3]]

    def test_checkpoints_and_anchors_belong_to_their_ledger(self, store: Store, hand: Hand) -> None:
        other = Hand()
        other.open(store, "other")
        store.keep_checkpoint(hand.ledger, CheckpointRow(4, b"r" * 32, b"f" * 32, b"note"))
        store.keep_anchor(hand.ledger, AnchorRow(4, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"token"))
        assert store.last_checkpoint(other.ledger) is None
        assert list(store.checkpoints(other.ledger)) == []
        assert list(store.anchors(other.ledger)) == store.last_anchors(other.ledger) == []
        assert store.keep_checkpoint(other.ledger, CheckpointRow(4, b"s" * 32, b"f" * 32, b"note"))

    def test_more_than_a_chunk_of_checkpoints_and_anchors_is_read_in_order(self, store: Store, hand: Hand) -> None:
        for size in range(1, 2503):
            store.keep_checkpoint(hand.ledger, CheckpointRow(size, b"r" * 32, b"f" * 32, b"note"))
            store.keep_anchor(
                hand.ledger, AnchorRow(size // 2, "witness", f"w{size % 2}", "2026-11-22T10:00:00Z", b"p")
            )
        assert [row.size for row in store.checkpoints(hand.ledger)] == list(range(1, 2503))
        places = [(row.size, row.place) for row in store.anchors(hand.ledger, after=0)]
        assert places == sorted((size // 2, f"w{size % 2}") for size in range(2, 2503))

    def test_a_register_is_a_kind_of_ledger(self, store: Store) -> None:
        hand = Hand()
        hand.open(store, "register", "register")
        assert store.find("register") == LedgerRow(hand.ledger, "register", "register")

    # Beside the chain

    def test_a_lease_is_held_by_one_until_it_lapses_or_is_given_back(self, store: Store) -> None:
        side = store.side()
        assert side.take_lease("jobs", "a", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")
        assert not side.take_lease("jobs", "b", "2026-01-01T00:00:59Z", "2026-01-01T00:02:00Z")
        assert side.take_lease("other", "b", "2026-01-01T00:00:59Z", "2026-01-01T00:02:00Z")
        assert side.take_lease("jobs", "a", "2026-01-01T00:00:30Z", "2026-01-01T00:01:30Z")
        assert not side.take_lease("jobs", "b", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z")
        assert side.take_lease("jobs", "b", "2026-01-01T00:01:30Z", "2026-01-01T00:02:30Z")
        assert not side.drop_lease("jobs", "a")
        assert side.drop_lease("jobs", "b")
        assert side.take_lease("jobs", "a", "2026-01-01T00:01:31Z", "2026-01-01T00:02:30Z")

    def test_a_draft_is_changed_only_from_the_revision_that_was_read(self, store: Store, hand: Hand) -> None:
        side, draft = store.side(), Draft("d1", "quote", 1, b'{"a":1}', "2026-01-01")
        assert side.create_draft(hand.ledger, draft)
        assert not side.create_draft(hand.ledger, draft)
        second = Draft("d1", "quote", 2, b'{"a":2}', "2026-01-02")
        assert side.put_draft(hand.ledger, second, expected=1)
        assert not side.put_draft(hand.ledger, Draft("d1", "quote", 2, b"{}", "2026-01-03"), expected=1)
        assert side.draft(hand.ledger, "d1") == second
        assert not side.delete_draft(hand.ledger, "d1", expected=1)
        assert side.delete_draft(hand.ledger, "d1", expected=2)
        assert not side.delete_draft(hand.ledger, "d1")
        assert side.draft(hand.ledger, "d1") is None

    def test_drafts_are_listed_by_kind_and_page(self, store: Store, hand: Hand) -> None:
        side, other = store.side(), Hand()
        other.open(store, "other")
        for name, kind in (("a", "quote"), ("b", "invoice"), ("c", "quote"), ("d", "quote")):
            side.create_draft(hand.ledger, Draft(name, kind, 1, b"{}", "2026-01-01"))
        side.create_draft(other.ledger, Draft("z", "quote", 1, b"{}", "2026-01-01"))
        assert [one.draft for one in side.drafts(hand.ledger)] == ["a", "b", "c", "d"]
        assert [one.draft for one in side.drafts(hand.ledger, "quote", limit=2)] == ["a", "c"]
        assert [one.draft for one in side.drafts(hand.ledger, "quote", after="c")] == ["d"]

    def test_an_access_key_is_found_by_its_digest_until_it_is_revoked(self, store: Store) -> None:
        side, key = store.side(), AccessKey("k1", "aa" * 32, "till", True, "2026-01-01", None)
        assert side.create_key(key)
        assert not side.create_key(AccessKey("k2", "aa" * 32, "other", False, "2026-01-01", None))
        assert side.key_by_secret("aa" * 32) == key
        assert side.key_by_secret("bb" * 32) is None
        assert side.revoke_key("k1", "2026-02-01")
        assert not side.revoke_key("k1", "2026-03-01")
        assert [one.revoked_at for one in side.keys()]  # noqa: SIM118 - a method of ours, not of a dict == ["2026-02-01"]

    def test_one_key_has_one_role_in_each_of_several_ledgers(self, store: Store, hand: Hand) -> None:
        other, side = Hand(), store.side()
        other.open(store, "other")
        side.create_key(AccessKey("k1", "aa" * 32, "till", False, "2026-01-01", None))
        assert side.grant(Grant(hand.ledger, "k1", "operator"))
        assert side.grant(Grant(hand.ledger, "k1", "owner"))
        assert side.grant(Grant(other.ledger, "k1", "auditor"))
        assert not side.grant(Grant(hand.ledger, "k9", "owner"))
        roles = {(grant.ledger, grant.role) for grant in side.grants_of_key("k1")}
        assert roles == {(hand.ledger, "owner"), (other.ledger, "auditor")}
        assert side.grants_of_ledger(hand.ledger) == [Grant(hand.ledger, "k1", "owner")]
        assert side.ungrant(hand.ledger, "k1")
        assert not side.ungrant(hand.ledger, "k1")


class DurableStoreContract(StoreContract):
    """What a store outside the process must do besides."""

    def test_a_closed_store_says_so(self, open_another: Open, hand: Hand) -> None:
        store = open_another()
        store.close()
        with pytest.raises(StoreFailure):
            store.head(hand.ledger)
        with pytest.raises(StoreFailure):
            hand.again().write(store, (stream_id(), 1))

    def test_a_ledger_outlives_the_store_object(self, open_another: Open) -> None:
        hand, first = Hand(), open_another()
        hand.open(first)
        hand.write(first, (stream_id(), 1), secret="x", operations=[("k", b"{}")])
        first.close()
        second = open_another()
        assert check_ledger(second, hand.ledger, SIGNER.public_der) == 2
        hand.write(second, (stream_id(), 1))
        assert second.operation(hand.ledger, "k") is not None
        second.close()

    # Purge, erasure, restore

    def test_a_covered_line_is_emptied_and_its_columns_stay(self, store: Store, hand: Hand) -> None:
        stream = stream_id("invoice")
        hand.write(store, (stream, 1), (stream_id("invoice"), 1), secret="Zoé")
        by = _say_purge(store, hand, 2, 3)
        assert store.purge(hand.ledger, by, [2]) == 1
        assert store.purge(hand.ledger, by, [2]) == 0
        kept = list(store.lines(hand.ledger))
        assert kept[1] == hand.kept[1]._replace(line=b"")
        assert kept[0] == hand.kept[0]
        assert kept[2:] == hand.kept[2:]
        assert [one.seq for one in store.disclosures(hand.ledger)] == [3]
        assert [row for chunk in store.rows(hand.ledger) for row in chunk][1][5] == b""
        assert [line.line for line in store.stream(hand.ledger, stream)] == [b""]
        assert store.versions(hand.ledger, [stream]) == {stream: 1}

    @pytest.mark.parametrize("seq", [1, 2, 4])
    def test_what_no_purge_entry_covers_or_is_kept_for_ever_is_not_emptied(
        self, store: Store, hand: Hand, seq: int
    ) -> None:
        hand.write(store, ("customer:self", 1), (stream_id("invoice"), 1), (stream_id("invoice"), 1))
        by = _say_purge(store, hand, 1, 3)
        with pytest.raises(StoreFailure):
            store.purge(hand.ledger, by, [3, seq])
        assert list(store.lines(hand.ledger)) == hand.kept

    def test_an_entry_that_is_no_purge_empties_nothing(self, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id("invoice"), 1), body={"first_seq": 1, "last_seq": 2})
        hand.write(store, (stream_id("invoice"), 1), body={"first_seq": 1, "last_seq": 2})
        for by in (3, 9):
            with pytest.raises(StoreFailure):
                store.purge(hand.ledger, by, [2])
        assert list(store.lines(hand.ledger)) == hand.kept

    def test_a_disclosure_goes_where_an_erasure_lists_it(self, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id("invoice"), 1), (stream_id("invoice"), 1), secret="Zoé")
        hand.write(
            store,
            ("erasure:self", 1),
            types=["data.erased/1"],
            body={"places": [{"path": "/client", "seq": 3}, {"path": "/client", "seq": 4}]},
        )
        with pytest.raises(StoreFailure):
            store.erase(hand.ledger, 4, [(2, "/client"), (3, "/client")])
        with pytest.raises(StoreFailure):
            store.erase(hand.ledger, 3, [(3, "/client")])
        assert len(list(store.disclosures(hand.ledger))) == 2
        assert store.erase(hand.ledger, 4, [(3, "/client")]) == 1
        assert store.erase(hand.ledger, 4, [(3, "/client")]) == 0
        assert [one.seq for one in store.disclosures(hand.ledger)] == [2]
        assert list(store.lines(hand.ledger)) == hand.kept

    def test_space_can_be_reclaimed_and_what_is_kept_stays(self, store: Store, hand: Hand) -> None:
        hand.write(store, (stream_id(), 1))
        assert store.reclaim()
        assert list(store.lines(hand.ledger)) == hand.kept

    def test_a_staged_ledger_is_there_once_it_is_adopted(self, store: Store) -> None:
        hand = Hand()
        first = hand.keep(hand.make([("ledger:self", 1)]))
        second = hand.keep(hand.make([(stream_id(), 1), (stream_id(), 1)], secret="Zoé"))
        for part in (first, second):
            store.stage(hand.ledger, part.lines, part.seals, part.disclosures)
            assert store.find(hand.ledger) is None
            assert store.head(hand.ledger) is None
        with pytest.raises(StoreFailure):
            store.stage(hand.ledger, second.lines, second.seals, second.disclosures)
        assert list(store.lines(hand.ledger)) == hand.kept
        assert hand.head is not None
        row = LedgerRow(hand.ledger, "atelier", "training")
        store.adopt(row, hand.head)
        assert store.find("atelier") == row
        assert store.head(hand.ledger) == hand.head
        assert list(store.disclosures(hand.ledger)) == list(second.disclosures)
        assert [one.last for one in store.seals(hand.ledger)] == [1, 3]
        with pytest.raises(HeadMoved):
            store.adopt(row, hand.head)
        with pytest.raises(StoreFailure):
            store.stage(hand.ledger, (), (), ())
        hand.write(store, (stream_id(), 1))
        assert list(store.lines(hand.ledger)) == hand.kept


def _say_purge(store: Store, hand: Hand, first: int, last: int) -> int:
    body = {"first_seq": first, "last_seq": last, "manifest": "ab" * 32}
    append = hand.write(store, ("archive:self", 1), types=["entries.purged/1"], body=body)
    return append.lines[0].seq
