"""Whether a page fits a narrow window and bears text of twice the size."""

SIDEWAYS = r"""
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = el => /auto|scroll|hidden|clip/.test(getComputedStyle(el).overflowX);
  const inFrame = el => { for (let up = el.parentElement; up && up !== document.body;
    up = up.parentElement) if (scrolls(up)) return true; return false; };
  const wide = [...document.body.querySelectorAll('*')].filter(el => {
    const box = el.getBoundingClientRect();
    return box.width > 0 && (box.right > room + 1 || box.left < -1) && !inFrame(el);
  });
  return [`scrolls sideways: ${document.documentElement.scrollWidth} of ${room} px`,
    ...wide.slice(-3).map(el => 'too wide: ' + el.outerHTML.slice(0, 160).replace(/\s+/g, ' '))];
}
"""

LOST_TEXT = r"""
() => {
  const faults = [];
  const outside = '.govuk-visually-hidden, .govuk-skip-link, svg, select, textarea';
  const hidden = el => el.closest(outside);
  const pieces = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    const shown = holder.checkVisibility({visibilityProperty: true});
    if (!node.textContent.trim() || hidden(holder) || !shown) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1) pieces.push({box, node});
  }
  for (const el of document.querySelectorAll('main *')) {
    const style = getComputedStyle(el);
    if (hidden(el) || !/hidden|clip/.test(style.overflow) || !el.textContent.trim()) continue;
    if (el.scrollHeight > el.clientHeight + 2 || el.scrollWidth > el.clientWidth + 2)
      faults.push('cut off: ' + el.outerHTML.slice(0, 160).replace(/\s+/g, ' '));
  }
  for (let i = 0; i < pieces.length; i++) for (let j = i + 1; j < pieces.length; j++) {
    const a = pieces[i].box, b = pieces[j].box;
    if (pieces[i].node === pieces[j].node) continue;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 4 && down > 0.4 * Math.min(a.height, b.height))
      faults.push('overlap: ' + pieces[i].node.textContent.trim().slice(0, 60) + ' / ' +
        pieces[j].node.textContent.trim().slice(0, 60));
  }
  return faults;
}
"""


def sideways(page, width: int = 320) -> list[str]:
    """Return what makes the page scroll sideways in a narrow window; frames may scroll inside."""
    page.set_viewport_size({"width": width, "height": 640})
    return page.evaluate(SIDEWAYS)


def lost_at_twice_the_size(page) -> list[str]:
    """Return texts that overlap, are cut off or widen the page when all text is twice as large."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return page.evaluate(LOST_TEXT) + page.evaluate(SIDEWAYS)
