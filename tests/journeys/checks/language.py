"""Whether the page and the foreign texts in it say their language and direction."""

FOREIGN_TEXTS = r"""
() => {
  const scripts = [
    {name: 'Arabic', pattern: /\p{Script=Arabic}/u, rtl: true,
     languages: ['', 'ar', 'fa', 'ur', 'und-Arab']},
    {name: 'Cyrillic', pattern: /\p{Script=Cyrillic}/u,
     languages: ['', 'uk', 'bg', 'mk', 'sr', 'und-Cyrl']},
  ];
  const faults = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (['SCRIPT', 'STYLE', 'TEXTAREA', 'OPTION'].includes(holder.tagName)) continue;
    const text = node.textContent.trim();
    const script = scripts.find(one => one.pattern.test(text));
    if (!script || holder.closest('bdi')) continue;
    const tag = holder.closest('[lang]')?.lang;
    const lang = tag?.startsWith('und-') ? tag : tag?.split('-')[0];
    if (!script.languages.includes(lang))
      faults.push(`${script.name} text in lang=${lang}: ${text}`);
    // A line that mixes scripts runs as its first strong letter says.
    if (/\p{Script=Latin}/u.test(text)) continue;
    const isRtl = getComputedStyle(holder).direction === 'rtl';
    if (isRtl !== Boolean(script.rtl)) faults.push(`text runs the wrong way: ${text}`);
  }
  return faults;
}
"""


def page_language(page, lang: str, direction: str) -> list[str]:
    """Return where the page itself is not in this language and direction."""
    root = page.locator("html")
    said = (root.get_attribute("lang"), root.get_attribute("dir"))
    return [] if said == (lang, direction) else [f"the page says {said}"]


def foreign_texts(page) -> list[str]:
    """Return texts in another script without the language or the direction they need.

    An empty `lang` says that the language is not known. Names stand in `bdi` and need none.
    """
    return page.evaluate(FOREIGN_TEXTS)


def dead_buttons(page) -> list[str]:
    """Return the buttons that send a form which is not on the page, such as those of languages."""
    named = page.locator("button[form]").evaluate_all(
        "all => all.filter(one => !one.form).map(one => one.outerHTML.slice(0, 160))"
    )
    return [f"sends no form: {one}" for one in named]
