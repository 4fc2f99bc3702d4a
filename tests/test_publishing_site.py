"""How a publication takes its place: whole or not at all, the same bytes again, the one before still there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from dedup_assets.publishing import publish as publishing
from dedup_assets.publishing.site import EARLIER, Place, PublishError, digest
from publishing_city import DATES, City, make_city, open_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL = ("la28_venues", "lapd_booking")
MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = make_city(tmp_path / "one", DATES[-2:], SMALL)
    yield made
    made.con.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


class KilledError(Exception):
    """What a test raises where a process would be killed."""


class TestPublish:
    def test_the_same_tables_give_the_same_bytes(self, city: City, tmp_path: Path) -> None:
        other = make_city(tmp_path / "two", DATES[-2:], SMALL)
        first, second = city.publish(), other.publish()
        assert first.version.name == second.version.name
        assert contents(first.site) == contents(second.site)
        assert [each.read_bytes() for each in first.snapshots] == [each.read_bytes() for each in second.snapshots]

    def test_publishing_again_reads_no_image_and_draws_no_chart(self, city: City) -> None:
        first = city.publish()
        assert first.charts_drawn == 12
        assert first.pictures_made > 0
        for path in city.landing.rglob("*.jpg"):
            path.unlink()
        again = city.publish()
        assert again.version == first.version
        assert (again.charts_drawn, again.charts_reused) == (0, 12)
        assert (again.pictures_made, again.pictures_reused) == (0, first.pictures_made)
        assert [each.name for each in first.version.parent.iterdir()] == [first.version.name]

    @pytest.mark.parametrize("step", ["department_page", "method_page"])
    def test_a_failure_leaves_the_old_site(self, city: City, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        before = city.publish()
        old, old_snapshots = contents(before.site), contents(city.snapshots)
        city.set("score_history", {"score": 12.0, "lower": 11.0, "grade": "F"}, department="la28_venues")

        def stop(*_: object) -> str:
            raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr(publishing.render, step, stop)
            with pytest.raises(KilledError):
                city.publish()
        assert contents(city.out) == old
        assert contents(city.snapshots) == old_snapshots
        # The next one clears away what was left, and is as if nothing had happened.
        after = city.publish()
        assert "12" in (after.site / "la28_venues.html").read_text(encoding="utf-8")
        assert sorted(each.name for each in after.version.parent.iterdir()) == sorted(
            {before.version.name, after.version.name}
        )

    def test_a_snapshot_is_replaced_whole(self, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
        city.publish()
        old = contents(city.snapshots)
        city.set("measure", {"defects": 0}, department="la28_venues")
        with monkeypatch.context() as patch:
            patch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KilledError))
            with pytest.raises(KilledError):
                publishing.write_snapshots(city.con, SMALL, SMALL[:1], city.snapshots)
        assert {name: data for name, data in contents(city.snapshots).items() if not name.startswith(".")} == old

    def test_the_period_before_stays_reachable(self, city: City, tmp_path: Path) -> None:
        site = city.publish().site
        assert not (site / EARLIER).exists()
        june = contents(site)
        for table in ("period", "measure", "rule_result", "ledger_balance", "overdue"):
            columns = "* replace (as_of + interval 31 day as as_of)"
            city.con.execute(f"insert into {table} select {columns} from {table} where as_of = ?", [JUNE])
        city.rescore()
        after = city.publish()
        assert after.as_of == JULY
        assert 'href="earlier/index.html"' in (site / "index.html").read_text(encoding="utf-8")
        assert "The scorecard of 30 June 2026" in (site / "index.html").read_text(encoding="utf-8")
        assert contents(site / EARLIER) == june

    def test_no_folder_of_somebody_else_is_overwritten(self, city: City) -> None:
        city.out.mkdir(parents=True)
        (city.out / "thesis.odt").write_text("mine", encoding="utf-8")
        with pytest.raises(PublishError, match="name another folder"):
            city.publish()
        assert (city.out / "thesis.odt").read_text(encoding="utf-8") == "mine"

    def test_an_empty_folder_is_taken(self, city: City) -> None:
        city.out.mkdir(parents=True)
        assert (city.publish().site / "index.html").is_file()

    def test_a_department_cannot_take_a_page(self, city: City) -> None:
        city.departments[0] = city.departments[0].model_copy(update={"name": "method"})
        with pytest.raises(PublishError, match="method"):
            city.publish()

    def test_nothing_to_publish_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(PublishError, match="dedup run"):
            open_city(tmp_path / "empty").publish()

    def test_a_department_without_a_document_is_not_published(self, city: City) -> None:
        city.con.execute("insert into period values ('stranger', ?, null, 'read', 'CANARY-9')", [JUNE])
        for path in (report := city.publish()).version.rglob("*"):
            assert path.is_dir() or b"stranger" not in path.read_bytes()
        for path in report.snapshots:
            found = city.con.execute("select * from read_parquet($path)", {"path": str(path)}).fetchall()
            assert "stranger" not in str(found)


class TestPlace:
    def build(self, place: Place, as_of: date, text: str) -> Path:
        building = place.begin()
        (building / "index.html").write_text(text, encoding="utf-8")
        earlier = place.earlier_than(as_of)
        if earlier:
            (building / EARLIER).symlink_to(f"../{earlier.name}")
        return place.put(building, as_of)

    def test_a_reader_follows_one_link(self, tmp_path: Path) -> None:
        place = Place(tmp_path / "site")
        version = self.build(place, MAY, "may")
        assert place.out.is_symlink()
        assert place.out.resolve() == version.resolve()
        assert not place.out.readlink().is_absolute()  # the home can be moved

    def test_a_correction_replaces_its_own_date_only(self, tmp_path: Path) -> None:
        place = Place(tmp_path / "site")
        self.build(place, MAY, "may")
        self.build(place, JUNE, "june")
        self.build(place, JUNE, "june, corrected")
        assert (place.out / "index.html").read_text(encoding="utf-8") == "june, corrected"
        assert (place.out / EARLIER / "index.html").read_text(encoding="utf-8") == "may"

    def test_an_earlier_date_published_anew_does_not_point_to_a_later_one(self, tmp_path: Path) -> None:
        place = Place(tmp_path / "site")
        self.build(place, MAY, "may")
        self.build(place, JUNE, "june")
        self.build(place, MAY, "may, again")
        assert (place.out / "index.html").read_text(encoding="utf-8") == "may, again"
        assert not (place.out / EARLIER).exists()

    def test_an_interrupted_swap_is_taken_up(self, tmp_path: Path) -> None:
        place = Place(tmp_path / "site")
        self.build(place, MAY, "may")
        building = place.begin()
        (building / "index.html").write_text("june", encoding="utf-8")
        (tmp_path / ".site.new").symlink_to("nowhere")  # killed between making the link and renaming it
        place.put(building, JUNE)
        assert (place.out / "index.html").read_text(encoding="utf-8") == "june"
        assert sorted(each.name for each in tmp_path.iterdir()) == ["site", "site-versions"]

    def test_the_digest_tells_names_and_contents_apart(self, tmp_path: Path) -> None:
        digests = set()
        for place, (name, text) in enumerate((("a", "bc"), ("ab", "c"), ("a", "b"), ("b", "bc"))):
            folder = tmp_path / str(place)
            folder.mkdir()
            (folder / name).write_text(text, encoding="utf-8")
            digests.add(digest(folder))
        assert len(digests) == 4
