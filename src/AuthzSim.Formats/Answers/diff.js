(() => {
  'use strict';
  const form = document.getElementById('filters');
  const opener = document.getElementById('open');
  const count = document.getElementById('count');
  const changes = Array.from(document.querySelectorAll('.change'), element => ({ element, text: null, who: null, rules: null }));
  const boxes = Array.from(form.querySelectorAll('input[type=checkbox]'));
  const sections = Array.from(document.querySelectorAll('section.changes'));

  // A list of numbers; with ! before it, everything but these. Rules on URLs are in no namespace, not even in all of them.
  const holds = (list, number) => {
    if (number === 'u') {
      return list === 'u';
    }

    const isComplement = list.startsWith('!');
    return list.slice(isComplement ? 1 : 0).split(' ').includes(number) !== isComplement;
  };

  const texts = change => {
    change.text ??= change.element.textContent.toLowerCase();
    return change.text;
  };

  const names = change => {
    change.who ??= Array.from(change.element.querySelectorAll('[data-who]'), e => e.textContent.toLowerCase());
    return change.who;
  };

  const rulesOf = change => {
    change.rules ??= Array.from(change.element.querySelectorAll('[data-n]'));
    return change.rules;
  };

  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(w => w !== '');
    const who = form.elements.who.value.toLowerCase();
    const space = form.elements.n.value;
    const verb = form.elements.v.value;
    const labels = new Set(boxes.filter(b => b.checked).map(b => b.value));
    const fits = rule => (space === '' || holds(rule.dataset.n, space)) ? (verb === '' || holds(rule.dataset.v, verb)) : false;
    const isShown = change => [
      () => labels.size === 0 || labels.has(change.element.dataset.s),
      () => who === '' || names(change).some(n => n.includes(who)),
      () => words.every(w => texts(change).includes(w)),
      () => (space === '' ? verb === '' : false) || rulesOf(change).some(fits),
    ].every(test => test());
    let shown = 0;
    for (const change of changes) {
      const isVisible = isShown(change);
      change.element.hidden = !isVisible;
      shown += isVisible ? 1 : 0;
      if (isVisible) {
        if (change.rules !== null || space + verb !== '') {
          for (const rule of rulesOf(change)) {
            rule.hidden = !fits(rule);
          }

          for (const scope of change.element.querySelectorAll('.scope > li')) {
            scope.hidden = scope.querySelector('[data-n]:not([hidden])') === null;
          }
        }
      }
    }

    for (const section of sections) {
      section.hidden = section.querySelector('.change:not([hidden])') === null;
    }

    count.textContent = shown === changes.length
      ? `${shown} ${shown === 1 ? 'change' : 'changes'}`
      : `${shown} of ${changes.length} changes`;
  };

  let timer = 0;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 100);
  });
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(apply, 0));
  opener.addEventListener('click', () => {
    const isOpening = opener.dataset.next !== 'close';
    for (const change of changes.filter(c => !c.element.hidden)) {
      change.element.open = isOpening;
    }

    opener.dataset.next = isOpening ? 'close' : 'open';
    opener.textContent = isOpening ? 'Close all' : 'Open all';
  });
  document.addEventListener('keydown', event => {
    const isTyping = ['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName);
    if (event.key === '/' ? !isTyping : false) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
  form.hidden = false;
  apply();
})();
