"use strict";
(() => {
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);

  const theme = by("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const nameTheme = () => { theme.textContent = isDark() ? "Light colours" : "Dark colours"; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  prefersDark.addEventListener("change", nameTheme);
  nameTheme();
  theme.hidden = false;

  // Everything is looked up once; a filter then costs one pass over plain objects, and touches what changes.
  const groups = Array.from(document.querySelectorAll(".repository"), (element) => ({ element, shown: 0 }));
  const files = groups.flatMap((group) => Array.from(group.element.querySelectorAll(":scope > details.file"), (element) => ({
    element,
    group,
    path: element.querySelector(".path").textContent.toLowerCase(),
    findings: Array.from(element.querySelectorAll(".finding"), (finding) => ({
      element: finding, rule: finding.dataset.rule, outcome: finding.dataset.outcome, number: 1,
    })).concat((element.dataset.left || "").split(" ").filter(Boolean).map((left) => {
      const [rule, outcome, number] = left.split("/");
      return { element: null, rule, outcome, number: Number(number) };
    })),
  })));

  const form = by("filters");
  const [search, rule, quiet, status, none] = ["search", "rule", "quiet", "status", "none"].map(by);
  const boxes = Array.from(form.querySelectorAll("input[name=outcome]"));
  const number = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const show = (element, shown) => { if (element.hidden === shown) element.hidden = !shown; };

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const outcomes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const narrowed = rule.value !== "" || outcomes.size < boxes.length;
    let [seenFiles, seenFindings] = [0, 0];
    for (const group of groups) group.shown = 0;
    for (const file of files) {
      let found = 0;
      let told = 0;
      for (const finding of file.findings) {
        const fits = outcomes.has(finding.outcome) && (rule.value === "" || finding.rule === rule.value);
        if (fits) found += finding.number;
        // What stops the work on a file is of no rule, and no finding.
        if (fits && finding.rule) told += finding.number;
        if (finding.element) show(finding.element, fits);
      }
      const shown = file.path.includes(wanted) && (found > 0 || (!narrowed && quiet.checked && file.findings.length === 0));
      show(file.element, shown);
      if (shown) {
        seenFiles += 1;
        seenFindings += told;
        file.group.shown += 1;
      }
    }
    for (const group of groups) show(group.element, group.shown > 0);
    show(none, seenFiles === 0 && files.length > 0);
    status.textContent = `${number(seenFiles, "Dockerfile")}, ${number(seenFindings, "finding")} shown`;
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  form.addEventListener("reset", () => setTimeout(filter));

  const most = 100;
  by("open").addEventListener("click", () => {
    const shown = files.filter((file) => !file.element.hidden);
    for (const file of shown.slice(0, most)) file.element.open = true;
    if (shown.length > most) status.textContent = `The first ${most} of ${number(shown.length, "Dockerfile")} are open`;
  });
  by("close").addEventListener("click", () => {
    for (const file of files) if (file.element.open) file.element.open = false;
  });

  // A link into something closed opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && by(location.hash.slice(1));
    const closed = target && target.closest("details");
    if (closed) {
      closed.open = true;
      closed.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  filter();
  form.hidden = false;
})();
