//! Names of VMs: converts source names to Kubernetes names.

/// Converts a source name to a valid VM name, like `changeVmNameDNS1123`; valid names do not change.
pub fn vm_name(source: &str) -> String {
    if is_subdomain(source) {
        return source.to_owned();
    }
    let lower = source.to_lowercase();
    let labels = lower.trim_matches(['.', '-']).split('.').map(label);
    let name: Vec<String> = labels.filter(|label| !label.is_empty()).collect();
    let name = truncate(&name.join("."), 63).trim_end_matches(['.', '-']).to_owned();
    if name.is_empty() {
        format!("vm-{}", suffix())
    } else {
        name
    }
}

/// Alternative to a name that is in use: its first 58 characters, a dash, four random characters.
pub fn another_vm_name(name: &str) -> String {
    format!("{}-{}", truncate(name, 58).trim_end_matches(['.', '-']), suffix())
}

/// VM name for templates: a DNS-1123 label with dots replaced.
pub fn template_vm_name(name: &str) -> String {
    label(&name.to_lowercase().replace('.', "-"))
}

/// Whether the name is a DNS-1123 subdomain of at most 63 characters.
pub fn is_subdomain(name: &str) -> bool {
    name.len() <= 63 && !name.is_empty() && name.split('.').all(is_label)
}

/// Whether the text is a DNS-1123 label, however long.
pub fn is_label(part: &str) -> bool {
    let inside = part
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    inside && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
}

fn label(part: &str) -> String {
    let mut text = String::new();
    for character in part.chars() {
        let character = if "_+* /\\".contains(character) { '-' } else { character };
        let keeps = character.is_ascii_lowercase() || character.is_ascii_digit();
        if keeps || (character == '-' && !text.ends_with('-')) {
            text.push(character);
        }
    }
    text.trim_matches('-').to_owned()
}

fn truncate(text: &str, length: usize) -> &str {
    text.char_indices()
        .nth(length)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn suffix() -> String {
    std::iter::repeat_with(fastrand::lowercase).take(4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_names_become_kubernetes_names() {
        for (source, target) in [
            ("rhel8", "rhel8"),
            ("rhel8.lab", "rhel8.lab"),
            ("My VM_1", "my-vm-1"),
            ("a  +b", "a-b"),
            ("-x.", "x"),
            ("Ünix", "nix"),
        ] {
            assert_eq!(vm_name(source), target, "{source}");
        }
        assert!(vm_name("***").starts_with("vm-"));
        assert_eq!(vm_name(&"A".repeat(80)).len(), 63);
        assert_eq!(template_vm_name("rhel8.lab"), "rhel8-lab");
    }

    #[test]
    fn a_name_in_use_gets_a_suffix() {
        let name = another_vm_name(&"a".repeat(63));
        assert_eq!(name.len(), 63);
        assert!(name.starts_with(&"a".repeat(58)));
    }
}
