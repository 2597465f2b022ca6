(function () {
  'use strict';
  var root = document.documentElement;
  var $ = function (id) { return document.getElementById(id); };
  document.querySelectorAll('.needs-script').forEach(function (e) { e.hidden = false; });

  // The theme is the system's until somebody chooses one. Storage may be refused to a local file.
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function stored(value) {
    try {
      if (value) { localStorage.setItem('aws-baseline-theme', value); }
      return localStorage.getItem('aws-baseline-theme');
    } catch (refused) { return null; }
  }
  function theme() { return root.dataset.theme || (dark.matches ? 'dark' : 'light'); }
  function label() { $('theme').textContent = theme() === 'dark' ? 'Light' : 'Dark'; }
  var chosen = stored();
  if (chosen === 'dark' || chosen === 'light') { root.dataset.theme = chosen; }
  $('theme').addEventListener('click', function () {
    root.dataset.theme = theme() === 'dark' ? 'light' : 'dark';
    stored(root.dataset.theme);
    label();
  });
  dark.addEventListener('change', label);
  label();

  var rows = Array.prototype.slice.call(document.querySelectorAll('.change'));
  if ($('filters')) {
    var texts = null;
    var selects = ['class', 'service', 'region', 'severity'].filter($);
    var filter = function () {
      var words = $('q').value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !texts) { texts = rows.map(function (row) { return row.textContent.toLowerCase(); }); }
      var shown = 0;
      rows.forEach(function (row, i) {
        var fits = selects.every(function (name) { return !$(name).value || row.dataset[name] === $(name).value; }) &&
          words.every(function (word) { return texts[i].indexOf(word) >= 0 || row.dataset.class === word || row.dataset.service === word; });
        row.hidden = !fits;
        if (fits) { shown++; }
      });
      document.querySelectorAll('.kind').forEach(function (kind) { kind.hidden = !kind.querySelector('.change:not([hidden])'); });
      $('none').hidden = shown > 0;
      $('shown').textContent = shown === rows.length ? rows.length + ' changes' : shown + ' of ' + rows.length + ' changes';
    };
    $('filters').addEventListener('input', filter);
    $('filters').addEventListener('submit', function (e) { e.preventDefault(); });
    $('open').addEventListener('click', function () {
      var open = $('open').textContent === 'Open all';
      rows.forEach(function (row) { row.open = open; });
      $('open').textContent = open ? 'Close all' : 'Open all';
    });
    filter();
  }

  function follow() {
    var row = location.hash.length > 1 && $(location.hash.slice(1));
    if (row && row.classList.contains('change')) { row.hidden = false; row.closest('.kind').hidden = false; row.open = true; row.scrollIntoView(); }
  }
  window.addEventListener('hashchange', follow);
  follow();

  // Paper can't be clicked on.
  var closed = [];
  window.addEventListener('beforeprint', function () {
    closed = rows.filter(function (row) { return !row.open; });
    closed.forEach(function (row) { row.open = true; });
  });
  window.addEventListener('afterprint', function () { closed.forEach(function (row) { row.open = false; }); });
})();
