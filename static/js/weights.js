// Beside each weight of a group: a slider with a button for less and one for more. Moving one
// moves the others, so that the sum stays 100; what is typed as a number is left as it is typed.
const STEP = 5;

function spread(numbers, moved, value) {
  const others = numbers.filter((one) => one !== moved);
  const rest = 100 - value;
  const sum = others.reduce((total, one) => total + (Number(one.value) || 0), 0);
  moved.value = value;
  let left = rest;
  others.forEach((one, at) => {
    const share = sum > 0 ? (Number(one.value) || 0) / sum : 1 / others.length;
    const part = at === others.length - 1 ? left : Math.min(left, Math.round(rest * share));
    one.value = part;
    left -= part;
  });
}

function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button govuk-button--secondary tandem-weight__button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

for (const group of document.querySelectorAll("[data-weights]")) {
  const numbers = [...group.querySelectorAll("input")];
  const sliders = [];
  const told = document.createElement("p");
  told.className = "govuk-body-s";
  told.setAttribute("role", "status");
  const show = () => {
    numbers.forEach((one, at) => { sliders[at].value = Number(one.value) || 0; });
    const sum = numbers.reduce((total, one) => total + (Number(one.value) || 0), 0);
    told.textContent = group.dataset.sum.replace("{sum}", sum);
  };
  numbers.forEach((number) => {
    const name = group.querySelector(`label[for="${number.id}"]`).textContent.trim();
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 100, className: "tandem-weight__slider" });
    slider.setAttribute("aria-label", name);
    const set = (value) => { spread(numbers, number, Math.min(100, Math.max(0, value))); show(); };
    slider.addEventListener("input", () => set(Number(slider.value)));
    number.addEventListener("input", show);
    const row = document.createElement("div");
    row.className = "tandem-weight";
    const now = () => Number(number.value) || 0;
    row.append(
      button("−", `${group.dataset.less}: ${name}`, () => set(now() - STEP)),
      slider,
      button("+", `${group.dataset.more}: ${name}`, () => set(now() + STEP)),
    );
    number.after(row);
    sliders.push(slider);
  });
  group.append(told);
  show();
}
