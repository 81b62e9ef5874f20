//! Output of a run: lines of text above, and on a terminal a few live lines below them that are redrawn in place.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anstream::{ColorChoice, adapter::strip_str};
use console::{Term, truncate_str};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sim_clock::ticks;

use super::{console::Marks, print};
use crate::{
    events::{wait_status::WaitStatus, words},
    settings::Redactor,
};

/// Interval between two updates of the live lines.
pub const TICK: Duration = Duration::from_millis(200);

/// Maximum number of redraws of a terminal per second.
const DRAWN_PER_SECOND: u8 = 20;

/// Time without output after which a line names the work in progress; doubled each time.
const FIRST_NOTICE: Duration = Duration::from_secs(2);

/// An output stream of the process. Clones share it.
#[derive(Clone)]
pub struct Screen {
    out: Out,
    /// Title of the work before or after the scenarios.
    stage: Arc<Mutex<Option<String>>>,
    terminal: Option<Terminal>,
    colours: bool,
    redactor: Redactor,
}

/// Destination of lines.
type Out = Arc<Mutex<dyn Write + Send>>;

/// A terminal with live lines.
#[derive(Clone)]
struct Terminal {
    bars: MultiProgress,
    lines: Arc<Mutex<Lines>>,
    /// Returns the current number of columns.
    width: Arc<dyn Fn() -> usize + Send + Sync>,
    /// Mark at the end of a line that is cut off.
    ellipsis: &'static str,
}

#[derive(Debug, Default)]
struct Lines {
    /// One live line for each running scenario.
    scenarios: Vec<String>,
    drawn: Vec<ProgressBar>,
}

impl Screen {
    /// Standard output of this process. Live lines need a terminal that can move its cursor; colours are used unless
    /// `NO_COLOR`, `CLICOLOR`, `TERM` or a pipe prevents them, and `CLICOLOR_FORCE` forces them.
    pub fn of_process(redactor: Redactor) -> Self {
        let colours = anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Self::on_terminal(io::stdout(), Term::stdout(), colours, redactor)
    }

    /// Standard error, for a command whose standard output is data.
    pub fn aside(redactor: Redactor) -> Self {
        let colours = anstream::AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        Self::on_terminal(io::stderr(), Term::stderr(), colours, redactor)
    }

    fn on_terminal(out: impl Write + Send + 'static, term: Term, colours: bool, redactor: Redactor) -> Self {
        let dumb = std::env::var("TERM").is_ok_and(|name| name == "dumb");
        let terminal = (term.is_term() && !dumb).then(|| {
            let marks = Marks::of_locale(|name| std::env::var(name).ok());
            let target = ProgressDrawTarget::term(term.clone(), DRAWN_PER_SECOND);
            Terminal::new(target, move || term.size().1.into(), marks)
        });
        Self {
            out: Arc::new(Mutex::new(out)),
            stage: Arc::default(),
            terminal,
            colours,
            redactor,
        }
    }

    /// Whether live lines are drawn.
    pub fn is_live(&self) -> bool {
        self.terminal.is_some()
    }

    /// Replaces the live lines, cut to the width of the terminal; without a terminal nothing happens.
    pub fn live(&self, lines: Vec<String>) {
        self.draw(|shown| shown.scenarios = lines);
    }

    /// Title of the [work](Self::during) in progress before or after the scenarios.
    pub fn stage(&self) -> Option<String> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_stage(&self, stage: Option<String>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.draw(|_| {});
    }

    /// Prints a problem on standard error.
    pub fn complain(&self, text: &str) {
        let text = self.redactor.redact(text);
        let say = || print::err(&text);
        match &self.terminal {
            Some(terminal) => terminal.bars.suspend(say),
            None => say(),
        }
    }

    /// Does work that no event describes, and shows its title while it runs.
    pub async fn during<T>(&self, title: &str, work: impl Future<Output = T>) -> T {
        let (wait, started) = (WaitStatus::default(), Instant::now());
        let mut ticks = ticks(TICK);
        let mut notice = FIRST_NOTICE;
        let mut work = std::pin::pin!(wait.observe(work));
        loop {
            tokio::select! {
                biased;
                done = &mut work => {
                    self.set_stage(None);
                    return done;
                }
                () = ticks.tick() => {}
            }
            let awaited = wait.now().map(|seen| format!(", waiting for {}", seen.awaited));
            let time = words::duration(started.elapsed());
            let line = format!("{title}{}  {time}", awaited.unwrap_or_default());
            let line = self.redactor.redact(&line).into_owned();
            if !self.is_live() && started.elapsed() >= notice {
                notice *= 2;
                // A closed output does not end the run.
                let _ = self.print(&format!("still {line}\n"));
            }
            self.set_stage(Some(line));
        }
    }

    /// Prints lines above the live ones.
    fn print(&self, text: &str) -> io::Result<()> {
        let text = if self.colours {
            text.to_owned()
        } else {
            strip_str(text).to_string()
        };
        let write = || {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            out.write_all(text.as_bytes())?;
            out.flush()
        };
        match &self.terminal {
            Some(terminal) => terminal.bars.suspend(write),
            None => write(),
        }
    }

    fn draw(&self, change: impl FnOnce(&mut Lines)) {
        let Some(Terminal {
            bars,
            lines,
            width,
            ellipsis,
        }) = &self.terminal
        else {
            return;
        };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut lines);
        let texts: Vec<String> = self
            .stage()
            .into_iter()
            .chain(lines.scenarios.iter().cloned())
            .collect();
        while lines.drawn.len() > texts.len() {
            if let Some(bar) = lines.drawn.pop() {
                bar.finish_and_clear();
                bars.remove(&bar);
            }
        }
        while lines.drawn.len() < texts.len() {
            let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = bars.add(ProgressBar::new_spinner().with_style(style));
            lines.drawn.push(bar);
        }
        for (bar, text) in lines.drawn.iter().zip(texts) {
            let text = self.redactor.redact(&text).replace('\n', " ");
            let text = truncate_str(&text, width(), ellipsis);
            bar.set_message(if self.colours {
                text.into_owned()
            } else {
                strip_str(&text).to_string()
            });
        }
    }
}

impl Terminal {
    fn new(target: ProgressDrawTarget, width: impl Fn() -> usize + Send + Sync + 'static, marks: Marks) -> Self {
        Self {
            bars: MultiProgress::with_draw_target(target),
            lines: Arc::default(),
            width: Arc::new(width),
            ellipsis: marks.ellipsis(),
        }
    }
}

/// Collects text until it is flushed, and prints whole lines at once, so that no other output comes in between.
pub struct Above {
    screen: Screen,
    text: Vec<u8>,
}

impl Above {
    /// A writer of lines above the live ones.
    pub fn new(screen: Screen) -> Self {
        Self {
            screen,
            text: Vec::new(),
        }
    }
}

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            Ok(())
        } else {
            self.screen.print(&String::from_utf8_lossy(&text))
        }
    }
}

#[cfg(test)]
mod tests {
    use indicatif::{InMemoryTerm, TermLike};
    use secrecy::SecretString;

    use super::*;

    /// Terminal contents up to the cursor.
    struct Cursor(InMemoryTerm);

    impl Write for Cursor {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).replace('\n', "\r\n");
            self.0.write_str(&text).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            TermLike::flush(&self.0)
        }
    }

    /// A terminal of this width, without colours.
    fn terminal(width: u16) -> (InMemoryTerm, Screen) {
        let terminal = InMemoryTerm::new(10, width);
        // Without a limit on redraws, every state can be observed.
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(terminal.clone()), 255);
        let screen = Screen {
            out: Arc::new(Mutex::new(Cursor(terminal.clone()))),
            stage: Arc::default(),
            terminal: Some(Terminal::new(target, move || width.into(), Marks::Unicode)),
            colours: false,
            redactor: Redactor::new([&SecretString::from("hunter22")]),
        };
        (terminal, screen)
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    /// Prints the text, and waits longer than the pause between two redraws.
    fn drawn(screen: &Screen, text: &[&str]) {
        std::thread::sleep(Duration::from_millis(20));
        screen.live(lines(text));
    }

    #[test]
    fn lines_scroll_above_live_lines() {
        let (terminal, screen) = terminal(60);
        let mut above = Above::new(screen.clone());
        drawn(&screen, &["[1/2] copying 10 %", "[2/2] cloning"]);
        writeln!(above, "[1/2]   ok Given a source provider").unwrap();
        above.flush().unwrap();
        drawn(&screen, &["[1/2] copying 20 %", "[2/2] cloning"]);
        assert_eq!(
            terminal.contents(),
            "[1/2]   ok Given a source provider\n[1/2] copying 20 %\n[2/2] cloning"
        );
        writeln!(above, "[2/2] passed\n\ntwo lines more").unwrap();
        above.flush().unwrap();
        drawn(&screen, &["[1/2] copying 30 %"]);
        assert_eq!(
            terminal.contents(),
            "[1/2]   ok Given a source provider\n[2/2] passed\n\ntwo lines more\n[1/2] copying 30 %"
        );
        drawn(&screen, &[]);
        assert_eq!(
            terminal.contents(),
            "[1/2]   ok Given a source provider\n[2/2] passed\n\ntwo lines more"
        );
    }

    #[test]
    fn live_lines_are_cut_to_the_width_in_columns() {
        let (terminal, screen) = terminal(20);
        drawn(
            &screen,
            &[
                "[1/1] a line that is longer than the terminal",
                "[2/2] 日本語日本語日本語",
            ],
        );
        let shown = terminal.contents();
        assert_eq!(shown.lines().count(), 2, "{shown}");
        assert!(shown.starts_with("[1/1] a line that i…\n"), "{shown}");
        assert!(shown.ends_with("[2/2] 日本語日本語…"), "{shown}");
    }

    #[test]
    fn live_lines_are_redacted() {
        let (terminal, screen) = terminal(60);
        drawn(&screen, &["logging in with hunter22"]);
        assert_eq!(terminal.contents(), "logging in with <redacted>");
    }

    #[tokio::test]
    async fn long_work_is_shown_while_it_runs() {
        let (terminal, screen) = terminal(60);
        let work = async {
            sim_clock::sleep(Duration::from_millis(50)).await;
            terminal.contents()
        };
        let meanwhile = screen.during("starting the simulated lab", work).await;
        assert!(meanwhile.starts_with("starting the simulated lab  0."), "{meanwhile}");
        assert_eq!(terminal.contents(), "");
    }
}
