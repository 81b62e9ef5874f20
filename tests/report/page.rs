//! The page of a run in a browser.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::{
    browser::{Browser, Look, address},
    told,
};

const DESK: Look = Look {
    width: 1280,
    scheme: "light",
};

/// Titles of the visible scenarios, each with a mark if it is open.
const SHOWN: &str = "[...document.querySelectorAll('.scenario:not([hidden])')].map(s => (s.open ? '+ ' : '') + s.querySelector('.name').textContent.replace(/ \\[.*/, '')).join('\\n')";

const ALL: &str = "A VM arrives\n+ A VM has a disk more than it has\nA plan is ready\n+ A VM arrives with less memory";
const RED: &str = "+ A VM has a disk more than it has\n+ A VM arrives with less memory";

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("report-pages")
}

#[test]
fn target_and_reasons_come_first_and_nothing_is_loaded() {
    let page = told::run().page();
    let Some(mut browser) = Browser::open(&page, DESK) else {
        return;
    };
    assert_eq!(
        browser.text("document.querySelector('h1').textContent"),
        "2 of 4 scenarios failed"
    );
    let text = browser.text("document.body.innerText");
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words:?} is missing\n{text}"))
    };
    let order = [
        "SIMULATED LAB",
        "OpenShift 4.",
        "KubeVirt v1.",
        "2 of 4 scenarios failed",
        "Why is it red?",
        "disk count (disks): expected 2, observed 1",
        "memory (guest memory): expected 2048 MiB, observed ",
        "Made to go wrong by the scenario: the lab has the defect \"wrong memory\"",
        "Features and providers",
    ];
    assert!(order.map(place).is_sorted(), "{text}");
    assert_eq!(browser.requests, [address(&page)]);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

#[test]
fn filters_are_kept_in_the_address() {
    let Some(mut browser) = Browser::open(&told::run().page(), DESK) else {
        return;
    };
    assert_eq!(browser.text(SHOWN), ALL);
    for (act, shown, hash) in [
        (
            "document.querySelector('[name=status][value=failed]').click()",
            RED,
            "#status=failed",
        ),
        ("document.querySelector('[name=status][value=failed]').click()", ALL, ""),
        (
            "document.querySelector('.facts a[href=\"#tag=tier0\"]').click()",
            "A VM arrives",
            "#tag=tier0",
        ),
        (
            "location.hash = '#q=tier0&provider=nobody'",
            "",
            "#q=tier0&provider=nobody",
        ),
        (
            "document.querySelector('.chips button').click()",
            "A VM arrives",
            "#q=tier0",
        ),
        ("location.hash = '#q=nowhere'", "", "#q=nowhere"),
        ("location.hash = ''", ALL, ""),
        (
            "document.querySelector('.matrix a.cell').click()",
            ALL,
            "#feature=A%20page%20to%20read&provider=vsphere",
        ),
    ] {
        browser.value(act);
        browser.value("new Promise(done => setTimeout(done, 50))");
        assert_eq!(browser.text(SHOWN), shown, "{act}");
        assert_eq!(browser.text("location.hash"), hash, "{act}");
    }
    let count = browser.text("document.querySelector('output').textContent");
    assert_eq!(count, "4 shown");
    browser.value("location.hash = '#q=comparisons+below'; new Promise(done => setTimeout(done, 50))");
    assert_eq!(browser.text(SHOWN), RED, "what is told of its steps is searched");
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

#[test]
fn links_lead_to_scenarios_and_all_of_them_open_and_close() {
    let Some(mut browser) = Browser::open(&told::run().page(), DESK) else {
        return;
    };
    browser.value("document.querySelector('#collapse').click()");
    assert!(!browser.text(SHOWN).contains('+'));
    browser.value("document.querySelector('.causes a').click(); new Promise(done => setTimeout(done, 50))");
    assert!(browser.text(SHOWN).contains("+ A VM has a disk more"));
    assert_eq!(browser.value("document.activeElement.closest('.scenario').id"), "s2");
    browser.value("document.querySelector('#expand').click()");
    assert_eq!(browser.text(SHOWN).matches('+').count(), 4);
    let seen = browser.text("document.body.innerText");
    for words in [
        "DiskTransferV2v",
        "VirtualMachineCreation",
        "creating the plan",
        "guest memory",
        "2048 MiB",
        "conditions that are as they should be",
    ] {
        assert!(seen.contains(words), "{words:?} is missing\n{seen}");
    }
    let files = "[...document.querySelectorAll('.file pre')].map(pre => { pre.closest('.file').open = true; return pre.innerText.length; })";
    let lengths = browser.value(files);
    assert!(lengths.as_array().unwrap().len() > 3, "{lengths}");
    let bars = browser.value(
        "[...document.querySelectorAll('.timeline rect')].filter(bar => bar.getBoundingClientRect().width > 2).length",
    );
    assert!(bars.as_u64().unwrap() >= 10, "{bars}");
}

#[test]
fn keys_work_as_documented_on_the_page() {
    let Some(mut browser) = Browser::open(&told::run().page(), DESK) else {
        return;
    };
    let focused = "document.activeElement.closest('.scenario')?.id ?? document.activeElement.name ?? ''";
    browser.press(&["j"]);
    assert_eq!(browser.text(focused), "s1");
    browser.press(&["Enter"]);
    assert!(browser.text(SHOWN).starts_with("+ A VM arrives"));
    browser.press(&["j", "j", "j", "j"]);
    assert_eq!(browser.text(focused), "s4");
    browser.press(&["k", "k", "k", "n"]);
    assert_eq!(browser.text(focused), "s2");
    browser.press(&["c"]);
    assert!(!browser.text(SHOWN).contains('+'));
    browser.press(&["e"]);
    assert_eq!(browser.text(SHOWN).matches('+').count(), 4);
    browser.press(&["f"]);
    assert_eq!(browser.text(SHOWN), RED);
    browser.press(&["f", "/", "t", "i", "e", "r", "0"]);
    assert_eq!(browser.text(focused), "q");
    assert_eq!(browser.text(SHOWN), "+ A VM arrives");
    browser.press(&["Enter"]);
    assert_eq!(browser.text(focused), "s1");
    browser.press(&["Escape"]);
    assert_eq!(browser.text(SHOWN).lines().count(), 4);
    browser.press(&["?"]);
    assert_eq!(browser.value("document.querySelector('#help').open"), json!(true));
    browser.press(&["Escape"]);
    assert_eq!(browser.value("document.querySelector('#help').open"), json!(false));
    let paper = "getComputedStyle(document.body).backgroundColor";
    let light = browser.text(paper);
    browser.press(&["t"]);
    assert_ne!(browser.text(paper), light);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// Texts with a contrast below 4.5 against their background (WCAG 2.2, 1.4.3).
const PALE: &str = "(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const pale = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('script, style, svg')) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) pale.add(`${contrast.toFixed(2)} ${element.localName}.${element.className}: ${node.data.trim().slice(0, 40)}`);
  }
  return [...pale].join('\\n');
})()";

/// Elements without an accessible name, missing landmarks, and ids that occur twice.
const NAMELESS: &str = "(() => {
  const found = [];
  for (const element of document.querySelectorAll('button, select, input, a, summary')) {
    const name = element.getAttribute('aria-label') || element.innerText?.trim() || element.closest('label')?.innerText.trim();
    if (element.checkVisibility() && !name) found.push(element.outerHTML.slice(0, 80));
  }
  for (const [landmark, number] of [['main', 1], ['body > header', 1], ['body > footer', 1], ['h1', 1], ['[role=search]', 1]]) {
    if (document.querySelectorAll(landmark).length !== number) found.push(`not ${number} of ${landmark}`);
  }
  for (const section of document.querySelectorAll('section[aria-labelledby]')) {
    if (!document.getElementById(section.getAttribute('aria-labelledby'))) found.push(section.outerHTML.slice(0, 80));
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  if (new Set(ids).size !== ids.length) found.push('an id occurs twice');
  return found.join('\\n');
})()";

#[test]
fn the_page_is_readable_in_all_sizes_and_colour_schemes() {
    let Some(mut browser) = Browser::open(&told::run().page(), DESK) else {
        return;
    };
    browser.value("document.querySelector('#s1').open = true; document.querySelector('.file').open = true");
    assert_eq!(browser.text(NAMELESS), "");
    for width in [1280, 390] {
        for scheme in ["light", "dark"] {
            browser.look(Look { width, scheme });
            for (part, selector) in [("page", "html"), ("failure", "#s2")] {
                browser.picture(selector, &pictures().join(format!("{part}-{width}-{scheme}.png")));
            }
            assert_eq!(browser.text(PALE), "", "{width} {scheme}");
            let wide = browser.value("document.documentElement.scrollWidth");
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} on {width}");
        }
    }
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

#[test]
fn console_github_and_other_reports_say_the_same() {
    let told = told::run();
    assert!(told.said.contains("report.html"), "{}", told.said);
    let markdown = told.file("summary.md");
    assert_eq!(told.github, format!("before\n{markdown}"));
    for words in [
        "2 of 4 scenarios failed",
        "SIMULATED LAB",
        "| A page to read | 2 passed, 2 failed |",
        "every VM has 2 disks",
    ] {
        assert!(markdown.contains(words), "{words:?} is missing\n{markdown}");
    }
    let junit = told.file("junit.xml");
    for property in [
        "name=\"check: memory (guest memory) of ",
        "value=\"failed: expected 2, observed 1\"",
    ] {
        assert!(junit.contains(property), "{property:?} is missing\n{junit}");
    }
}
