//! The folder that evidence is written to: bounded in bytes, without secrets, for its owner alone.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{run::folder, settings::Redactor};

/// A folder that takes only so many bytes.
pub(super) struct EvidenceFolder {
    path: PathBuf,
    redactor: Redactor,
    left: usize,
}

impl EvidenceFolder {
    /// Makes the folder.
    pub(super) fn create(path: PathBuf, redactor: Redactor, limit: usize) -> io::Result<Self> {
        folder::private_folder(&path)?;
        Ok(Self {
            path,
            redactor,
            left: limit,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file; what is beyond the limit is cut off, and the file says so. A file of that name is replaced.
    pub(super) fn write(&mut self, name: &str, text: &str) -> io::Result<()> {
        let redacted = self.redactor.redact(text);
        let kept = cut(&redacted, self.left);
        self.left -= kept.len();
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        let mut file = folder::private(&mut options).open(self.path.join(name))?;
        file.write_all(kept.as_bytes())?;
        let lost = redacted.len() - kept.len();
        if lost > 0 {
            file.write_all(format!("\n# {lost} bytes more were cut off: evidence.limit is reached\n").as_bytes())?;
        }
        Ok(())
    }
}

/// The beginning of `text`, at most `limit` bytes, whole characters.
fn cut(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn it_takes_so_many_bytes_and_no_secret() {
        let output = tempfile::tempdir().unwrap();
        let redactor = Redactor::new(&[SecretString::from("hunter22")]);
        let mut folder = EvidenceFolder::create(output.path().join("a/b"), redactor, 30).unwrap();
        folder.write("one", "password: hunter22").unwrap();
        folder.write("two", "ääääääää").unwrap();
        folder.write("three", "more").unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("one"), "password: <redacted>");
        assert_eq!(
            read("two"),
            "äääää\n# 6 bytes more were cut off: evidence.limit is reached\n"
        );
        assert_eq!(
            read("three"),
            "\n# 4 bytes more were cut off: evidence.limit is reached\n"
        );
    }
}
