"""The site of the docs builds without a warning and without a network, and its links lead somewhere."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parent.parent
ZENSICAL = Path(sys.executable).with_name("zensical")


class Page(HTMLParser):
    """Addresses that a page names or loads, and the ids in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.ids |= {value for name, value in attributes if name in ("id", "name") and value}
        if tag == "a" and (target := values.get("href")):
            self.links.append(target)
        elif values.get("rel") in ("canonical", "prev", "next"):
            return  # addresses for search engines, which a browser doesn't load
        elif target := values.get("src") or (values.get("href") if tag == "link" else None):
            self.loads.append(target)


SITE_URL = "https://docs.example.org/signoff/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    (folder / "mkdocs.yml").write_text(config.replace("site_dir: site", "site_dir: built"), encoding="utf-8")
    shutil.copytree(ROOT / "docs", folder / "docs")
    done = subprocess.run(
        [str(ZENSICAL), "build", "--clean", "--strict"],
        cwd=folder,
        env={
            "PATH": "",
            "SITE_URL": SITE_URL,
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "built"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_page_of_the_docs_is_in_the_navigation_and_built(pages: dict[Path, Page], site: Path) -> None:
    built = {path.relative_to(site).with_suffix(".md").as_posix() for path in pages}
    listed = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert built == listed == written


def leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    known = not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids
    return target.exists() and known


def test_every_link_and_anchor_of_the_site_leads_somewhere(pages: dict[Path, Page]) -> None:
    links = [(path, link) for path, page in pages.items() for link in page.links]
    assert len(links) > 1000
    broken = [f"{path.name}: {link}" for path, link in links if not leads_somewhere(link, path, pages)]
    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(pages: dict[Path, Page], site: Path) -> None:
    loads = {load for page in pages.values() for load in page.loads if urlsplit(load).netloc}
    assert loads == set()
    for style in site.rglob("*.css"):
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", style.read_text("utf-8")) == [], style.name


def test_the_page_for_unknown_addresses_works_in_the_folder_of_the_site(site: Path) -> None:
    """It answers any address, so its own links name the whole path."""
    page = Page((site / "404.html").read_text("utf-8"))
    paths = {urlsplit(link).path for link in (*page.links, *page.loads) if not urlsplit(link).scheme}
    own = {path for path in paths if path}
    assert len(own) > 20
    assert {path for path in own if not (site / path.removeprefix("/signoff/")).exists()} == set()


def test_the_makefile_builds_the_site_strictly() -> None:
    done = subprocess.run(["make", "-n", "docs"], cwd=ROOT, capture_output=True, text=True)
    assert "zensical build --clean --strict" in done.stdout


def test_the_configuration_names_no_font_and_no_plugin_from_elsewhere() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    config = yaml.safe_load(text.replace("!ENV", ""))
    assert config["theme"]["font"] is False
    assert config["plugins"] == ["search"]
