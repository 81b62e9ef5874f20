//! Names and sentences that look like a misspelt one, for messages that say what was probably meant.

/// Minimum similarity of two names, from 0 (nothing in common) to 1 (equal).
const ALIKE: f64 = 0.75;

/// Minimum similarity of two texts, from 0 to 1.
const ALIKE_TEXTS: f64 = 0.5;

/// Maximum number of suggestions in a message.
const MOST: usize = 3;

/// The candidates that look like `name`, best first, at most three.
///
/// ```
/// use mtv_bdd::settings::nearest::nearest;
///
/// assert_eq!(nearest("pwoer", ["power", "name", "disk type"]), ["power"]);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let mut alike: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(MOST).map(|(_, candidate)| candidate).collect()
}

/// The question whether the best of them was meant: `did you mean "power"?`
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = nearest(name, candidates);
    near.first().map(|near| format!("did you mean \"{near}\"?"))
}

/// The candidate that is fewest letters away from `name`, case aside, and how many: for names that are a misspelt
/// candidate or something else altogether.
///
/// ```
/// use mtv_bdd::settings::nearest::fewest_edits;
///
/// assert_eq!(fewest_edits("duplicateVMs", ["Ready", "DuplicateVM"]), Some((1, "DuplicateVM")));
/// ```
pub fn fewest_edits<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    let name = name.to_lowercase();
    let edits = |candidate: &str| strsim::damerau_levenshtein(&name, &candidate.to_lowercase());
    let counted = candidates.into_iter().map(|candidate| (edits(candidate), candidate));
    counted.min_by_key(|(edits, _)| *edits)
}

/// What belongs to the texts that have most pairs of letters in common with `text`, best first, at most `most`. Unlike
/// [`nearest`] it does not favour texts that begin alike, as sentences often do.
pub fn nearest_texts<T>(text: &str, candidates: impl IntoIterator<Item = (String, T)>, most: usize) -> Vec<T> {
    let mut alike: Vec<(f64, T)> = candidates
        .into_iter()
        .map(|(candidate, it)| (strsim::sorensen_dice(text, &candidate), it))
        .filter(|(likeness, _)| *likeness >= ALIKE_TEXTS)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    alike.into_iter().take(most).map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_finds_the_right_one_first() {
        let names = ["mtv-tests-rhel8", "mtv-tests-rhel9-luks", "xcopy-template-test"];
        assert_eq!(nearest("mtv-tests-rhel", names).first(), Some(&"mtv-tests-rhel8"));
    }

    #[test]
    fn a_name_unlike_all_finds_none() {
        assert!(nearest("zzz", ["power", "name"]).is_empty());
    }

    #[test]
    fn no_more_than_a_message_can_carry() {
        assert_eq!(nearest("vm", ["vm1", "vm2", "vm3", "vm4"]), ["vm1", "vm2", "vm3"]);
    }
}
