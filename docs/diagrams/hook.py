"""A page brings the script that draws its diagrams, so that none comes from elsewhere, and says its language."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from labhub import node
from labhub.errors import CommandError

SCRIPT = "assets/javascripts/mermaid.js"
PACKAGE = Path(__file__).parent


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the script to the site."""
    try:
        installed = node.install(PACKAGE)
    except CommandError as error:
        raise PluginError(str(error)) from None
    script = installed / "node_modules" / "@mermaid-js" / "tiny" / "dist" / "mermaid.tiny.js"
    files.append(File.generated(config, SCRIPT, abs_src_path=str(script)))
    return files


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Load it in a page with a diagram, and nowhere else: the theme, which comes after, finds it there.

    A page that has not been translated stands in the French site in English: `lang` tells a screen reader.
    """
    if 'class="mermaid"' in html:
        html = f'<script src="{get_relative_url(SCRIPT, page.url)}"></script>\n{html}'
    return f'<div lang="{page.file.locale}">\n{html}\n</div>'  # the i18n plugin knows
