"""Whether everything that takes the focus shows it and lies in sight, and is large enough."""

FOCUS = r"""
() => {
  const faults = [];
  const name = el => el.outerHTML.slice(0, 160).replace(/\s+/g, ' ');
  const visible = el => el.checkVisibility({visibilityProperty: true});
  const takers = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(el => !el.disabled && visible(el));
  const marks = style => [style.outlineStyle === 'none' ? '' :
      style.outlineStyle + style.outlineWidth + style.outlineColor,
    style.boxShadow, style.backgroundColor, style.borderTopWidth + style.borderTopColor].join('|');
  const look = el => {
    const parts = [marks(getComputedStyle(el)), marks(getComputedStyle(el, '::before'))];
    const next = el.nextElementSibling;
    if (next) parts.push(marks(getComputedStyle(next, '::before')));
    return parts.join('||');
  };
  document.activeElement.blur();
  for (const el of takers) {
    const before = look(el);
    el.focus();
    if (document.activeElement !== el) { faults.push(`takes no focus: ${name(el)}`); continue; }
    if (look(el) === before) faults.push(`focus is not visible: ${name(el)}`);
    const box = el.getClientRects()[0];
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const top = document.elementFromPoint(x, y);
    const own = top && (el.contains(top) || top.contains(el) || [...(el.labels ?? [])]
      .some(label => label.contains(top)));
    if (!own) faults.push(`covered by ${top ? name(top) : 'the edge'}: ${name(el)}`);
    el.blur();
  }
  return faults;
}
"""

TARGETS = r"""
() => {
  const faults = [];
  for (const el of document.querySelectorAll(
      'a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (el.disabled || !el.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(el);
    if (style.position === 'absolute' && style.overflow === 'hidden') continue;
    const box = el.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24) continue;
    const around = [...el.parentElement.childNodes]
      .filter(node => node !== el).map(node => node.textContent.trim()).join('');
    const inText = el.tagName === 'A' && style.display === 'inline' &&
      el.closest('p, li, dd, td, label, legend, .govuk-hint') && around !== '';
    if (!inText) faults.push(
      `target of ${Math.round(box.width)} x ${Math.round(box.height)} px: ` +
      el.outerHTML.slice(0, 160).replace(/\s+/g, ' '));
  }
  return faults;
}
"""

ORDER = r"""
() => {
  const el = document.activeElement;
  return el === document.body ? '' : el.outerHTML.slice(0, 160);
}
"""


def focus_faults(page) -> list[str]:
    """Return what takes the focus unseen, is covered while it has it, or cannot take it."""
    page.keyboard.press("Tab")  # From here on the browser draws focus as for a keyboard.
    return page.evaluate(FOCUS)


def small_targets(page) -> list[str]:
    """Return what can be pressed and is under 24 px, links inside a sentence left out."""
    return page.evaluate(TARGETS)


def first_stop(page) -> str:
    """Return the first thing that Tab reaches on a freshly opened page."""
    page.keyboard.press("Tab")
    return page.evaluate(ORDER)
