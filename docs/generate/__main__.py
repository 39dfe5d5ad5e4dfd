"""`make docs`: write every page that is made from the code."""

from docs.generate.pages import PAGES

if __name__ == "__main__":
    for path, text in PAGES.items():
        path.write_text(text())
