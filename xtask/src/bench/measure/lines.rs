//! Lines of an answer that is streamed: the events of a watch.

use futures::{Stream, StreamExt as _, stream};

/// Splits a stream of bytes into lines, without their ends. It ends at the first error.
pub fn lines<B: AsRef<[u8]>, E>(bytes: impl Stream<Item = Result<B, E>>) -> impl Stream<Item = Vec<u8>> {
    let mut rest: Vec<u8> = Vec::new();
    bytes
        .take_while(|chunk| std::future::ready(chunk.is_ok()))
        .map(move |chunk| {
            rest.extend(chunk.iter().flat_map(|chunk| chunk.as_ref()));
            let mut whole = Vec::new();
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = rest.drain(..=end).collect();
                line.pop();
                whole.push(line);
            }
            stream::iter(whole)
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_put_together_from_chunks() {
        let chunks: [Result<&str, ()>; 4] = [Ok("one\ntw"), Ok("o\nth"), Err(()), Ok("ree\n")];
        let found: Vec<_> = futures::executor::block_on(lines(stream::iter(chunks)).collect());
        assert_eq!(found, [b"one".to_vec(), b"two".to_vec()]);
    }
}
