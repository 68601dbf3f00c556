// Marks the page as script-capable and starts the components; a page without it works the same.
import "./exit.js";
import { start } from "../vendor/govuk-frontend/tandem-govuk.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
start();
