// Fetches the page again while the solver works; once it has ended, the whole page is loaded anew.
const PAUSE = 2000;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer === null || !answer.ok) {
    setTimeout(look, PAUSE * 5);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("progress");
  if (fresh === null) {
    location.reload();
    return;
  }
  document.getElementById("progress").replaceWith(fresh);
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
