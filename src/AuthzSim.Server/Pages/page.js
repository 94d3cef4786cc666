"use strict";
(() => {
  const root = "/authzsim/v1/";
  const mostShown = 200;
  const by = id => document.getElementById(id);

  const el = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const words = {
    401: "The server does not know you (401): the token is wrong or has expired.",
    403: "You may not ask this (403)",
    404: "The server does not have this (404).",
    413: "This is too long (413).",
    429: "The server is busy (429): try again in a moment.",
  };

  async function ask(path, options = {}) {
    const headers = { Accept: "application/json", ...(options.headers || {}) };
    const token = by("token").value.trim();
    if (token) headers.Authorization = `Bearer ${token}`;
    let response;
    try {
      response = await fetch(root + path, { ...options, headers, credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new Error("The server does not answer.");
    }
    const body = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const said = body.message || `The server answered ${response.status}.`;
    if (response.status === 401) throw new Error(words[401]);
    if (response.status === 403) throw new Error(`${words[403]}: ${said}`);
    throw new Error(words[response.status] || said);
  }

  // Of answers that overtake one another the last one asked for is shown.
  const turns = {};
  function onSubmit(name, run) {
    by(name).addEventListener("submit", async event => {
      event.preventDefault();
      const target = by(`${name}-answer`);
      const turn = turns[name] = (turns[name] || 0) + 1;
      target.setAttribute("aria-busy", "true");
      const shown = [];
      try {
        shown.push(...await run(new FormData(by(name))));
      } catch (error) {
        const problem = el("p", error.message, "problem");
        problem.setAttribute("role", "alert");
        shown.push(problem);
      }
      if (turn !== turns[name]) return;
      target.removeAttribute("aria-busy");
      target.replaceChildren(...shown);
    });
  }

  const subjectText = s => s.kind === "ServiceAccount" ? `sa:${s.namespace}/${s.name}` : `${s.kind.toLowerCase()}:${s.name}`;
  const resourceText = r => r.path || (r.apiGroup ? `${r.resource}.${r.apiGroup}` : r.resource) + (r.subresource ? `/${r.subresource}` : "");
  const objectText = o => `${o.kind} ${o.namespace ? `${o.namespace}/` : ""}${o.name}`;
  const at = o => !o || !o.location ? "" : o.location.startsWith("(") ? " (default policy)" : ` (${o.location})`;
  const ruleText = r => `[${(r.verbs || []).join(" ")}] ${(r.resources || r.nonResourceURLs || []).join(", ")}`
    + `${r.resources && (r.apiGroups || []).some(g => g) ? ` in ${r.apiGroups.map(g => g === "*" ? "all API groups" : g || "core").join(", ")}` : ""}`
    + `${r.resourceNames ? ` named ${r.resourceNames.join(", ")}` : ""}`;

  function list(lines, className) {
    const made = el("ul", undefined, className);
    for (const line of lines.slice(0, mostShown)) made.append(line instanceof Node ? line : el("li", line));
    if (lines.length > mostShown) made.append(el("li", `and ${lines.length - mostShown} more`, "soft"));
    return made;
  }

  function folded(title, content) {
    const made = el("details");
    made.append(el("summary", title), content);
    return made;
  }

  function table(header, rows) {
    const box = el("div", undefined, "table");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Table");
    const made = el("table");
    const head = el("tr");
    for (const title of header) {
      const cell = el("th", title);
      cell.scope = "col";
      head.append(cell);
    }
    const body = el("tbody");
    for (const row of rows.slice(0, mostShown)) {
      const line = el("tr");
      for (const text of row) line.append(el("td", text));
      body.append(line);
    }
    const top = el("thead");
    top.append(head);
    made.append(top, body);
    box.append(made);
    return rows.length > mostShown ? [box, el("p", `and ${rows.length - mostShown} more`, "soft")] : [box];
  }

  function query(data, ...names) {
    const made = new URLSearchParams();
    for (const name of names) {
      const value = (data.get(name) || "").trim();
      if (value) made.set(name === "resource" && value.startsWith("/") ? "path" : name, value);
    }
    return made;
  }

  function fillIn(form, values) {
    for (const [name, value] of Object.entries(values)) by(form).elements[name].value = value;
    const empty = [...by(form).elements].find(e => e.required && !e.value);
    (empty || by(form).querySelector("button")).focus();
  }

  function go(text, action) {
    const made = el("button", text, "plain");
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  onSubmit("search", async () => {
    const typed = by("search-text").value.trim();
    if (!typed) return [el("p", "Type a part of a name.")];
    const wanted = typed.toLowerCase();
    const all = /^(user|group|sa|serviceaccount):/.test(wanted)
      ? await ask(`matrix?${new URLSearchParams({ subject: typed })}`)
      : await ask("matrix?includeDefaults=true");
    const subjects = all.subjects.filter(s => subjectText(s).toLowerCase().includes(wanted));
    const resources = all.resources.filter(r => resourceText(r).toLowerCase().includes(wanted));
    if (!subjects.length && !resources.length) return [el("p", `No subject and no resource of the policy has ${typed} in its name.`)];
    const shown = [el("p", `${subjects.length} ${subjects.length === 1 ? "subject" : "subjects"}, ${resources.length} ${resources.length === 1 ? "resource" : "resources"}`)];
    for (const s of subjects.slice(0, 20)) {
      const title = el("h3", `${subjectText(s)} `);
      if (s.kind !== "Group") {
        const name = s.kind === "ServiceAccount" ? `system:serviceaccount:${s.namespace}:${s.name}` : s.name;
        title.append(go("Explain", () => fillIn("explain", { user: name })));
      }
      const lines = s.access.map(a => {
        const parts = [];
        if (a.verbs.length) parts.push(a.verbs.join(" "));
        if (a.someNamespaces) parts.push(`${a.someNamespaces.join(" ")} in some namespaces`);
        if (a.namedObjects) parts.push(`${a.namedObjects.join(" ")} of named objects`);
        return `${a.resource}: ${parts.join("; ")}`;
      });
      shown.push(title, !lines.length ? el("p", "nothing in these resources", "soft") : lines.length <= 8 ? list(lines) : folded(`${lines.length} resources`, list(lines)));
    }
    if (subjects.length > 20) shown.push(el("p", `and ${subjects.length - 20} more subjects`, "soft"));
    for (const r of resources.slice(0, 20)) {
      const title = el("h3", `${resourceText(r)} `);
      const slash = r.path ? -1 : resourceText(r).indexOf("/");
      const values = { resource: slash < 0 ? resourceText(r) : resourceText(r).slice(0, slash), subresource: r.subresource || "" };
      title.append(go("Who can", () => fillIn("whocan", values)));
      shown.push(title, el("p", r.verbs.join(" "), "soft"));
    }
    return shown;
  });

  onSubmit("whocan", async data => {
    const { items } = await ask(`whocan?${query(data, "verb", "resource", "subresource", "namespace", "name")}`);
    if (!items.length) return [el("p", "Nobody can.")];
    return [
      el("p", items.length === 1 ? "1 subject can" : `${items.length} subjects can`),
      ...table(["Subject", "Where", "Binding", "Role", "Rule"], items.map(i => [
        subjectText(i.subject), i.namespace || "everywhere", objectText(i.binding) + at(i.binding), objectText(i.role) + at(i.role), ruleText(i.rule),
      ])),
    ];
  });

  onSubmit("explain", async data => {
    const asked = query(data, "user", "verb", "resource", "subresource", "namespace", "name");
    for (const group of (data.get("group") || "").split(",").map(g => g.trim()).filter(g => g)) asked.append("group", group);
    const answer = await ask(`explain?${asked}`);
    const shown = [el("p", answer.allowed ? "Yes" : "No", answer.allowed ? "yes" : "problem")];
    if (answer.reason) shown.push(el("p", answer.reason));
    if (answer.paths.length) {
      shown.push(el("h3", "What allows it"), list(answer.paths.map(p => `${objectText(p.binding)}${at(p.binding)} gives ${objectText(p.role)}${at(p.role)} to ${subjectText(p.subject)}: ${ruleText(p.rule)}`)));
    }
    if (answer.nearMisses) {
      shown.push(el("h3", "Nearest misses"), answer.nearMisses.length
        ? list(answer.nearMisses.map(m => `${objectText(m.binding)}${at(m.binding)}${m.rule ? `: ${objectText(m.role)} has ${ruleText(m.rule)}` : ""}; differs in ${m.mismatches.join(", ")}`))
        : el("p", "No rule comes near it.", "soft"));
    }
    if (answer.smallestRule) shown.push(el("h3", "The smallest rule that is missing"), el("p", ruleText(answer.smallestRule)));
    return shown;
  });

  onSubmit("diff", async data => {
    const manifest = data.get("manifest");
    const deletions = data.get("delete").split(",").map(d => d.trim()).filter(d => d);
    if (!manifest.trim() && !deletions.length) return [el("p", "Paste a manifest, or name an object to delete.")];
    const edits = {};
    if (manifest.trim()) edits.apply = manifest;
    if (deletions.length) edits.delete = deletions;
    const diff = await ask("diff", { method: "POST", body: JSON.stringify(edits), headers: { "Content-Type": "application/json" } });
    const shown = [el("p", diff.effect ? `Access changes${diff.severity ? `; the worst gain is ${diff.severity}` : ""}` : "Nobody gains or loses access")];
    for (const r of diff.refused || []) shown.push(el("p", `The API server would refuse to ${r.edit}: ${r.message}`, "problem"));
    for (const change of diff.subjects) {
      shown.push(el("h3", `${change.severity ? `${change.severity.toUpperCase()} ` : ""}${change.subjects.map(subjectText).join(", ")}`));
      if (change.risks && change.risks.length) shown.push(el("p", change.risks.map(r => r.reason).join("; ")));
      for (const [title, rules, name] of [["gains", change.gained, "gained"], ["loses", change.lost, "lost"]]) {
        if (rules && rules.length) shown.push(el("p", title, name), list(rules.map(r => r.nonResourceURLs ? `${r.text} on URLs` : r.text), name));
      }
    }
    return shown;
  });

  by("login").addEventListener("submit", event => {
    event.preventDefault();
    by("search-text").focus();
  });

  document.addEventListener("keydown", event => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      by("search-text").focus();
    }
  });
})();
