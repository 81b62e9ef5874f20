//! Names of target objects: the volume name template and the rules that turn a source name into a Kubernetes name.
//!
//! Forklift renders Go templates (`pkg/controller/plan/adapter/base/template.go`). Only its default is simulated;
//! whoever sets another one is told so.

/// What the default template is made of.
pub struct DiskName<'a> {
    /// The plan.
    pub plan: &'a str,
    /// The VM's name on the target.
    pub target_vm: &'a str,
    /// The disk's index in bus order.
    pub index: usize,
}

impl DiskName<'_> {
    /// `{{trunc 15 .PlanName}}-{{trunc 15 .TargetVmName}}-disk-{{.DiskIndex}}` as a `generateName`.
    pub fn generate_name(&self) -> String {
        format!(
            "{}-{}-disk-{}-",
            truncate(self.plan, 15),
            truncate(self.target_vm, 15),
            self.index
        )
    }
}

/// The functions of a Go template that is not the default one, for the message that refuses it.
pub fn functions(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    for action in template.split("{{").skip(1) {
        let action = action.split("}}").next().unwrap_or_default();
        for word in action.trim_matches(['-', ' ']).split(['|', ' ', '(', ')']) {
            let is_function = word.starts_with(|first: char| first.is_ascii_lowercase());
            if is_function && !found.iter().any(|known| known == word) {
                found.push(word.to_owned());
            }
        }
    }
    found
}

/// A name that Kubernetes accepts for a VM: `changeVmNameDNS1123`. Valid names are returned as they are.
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

/// A name beside one that is taken: its first 58 characters, a dash, four random ones.
pub fn another_vm_name(name: &str) -> String {
    format!("{}-{}", truncate(name, 58).trim_end_matches(['.', '-']), suffix())
}

/// The name as templates see it: a DNS-1123 label, dots replaced.
pub fn template_vm_name(name: &str) -> String {
    label(&name.to_lowercase().replace('.', "-"))
}

/// Whether the name is a DNS-1123 subdomain of at most 63 characters.
pub fn is_subdomain(name: &str) -> bool {
    name.len() <= 63 && !name.is_empty() && name.split('.').all(is_label)
}

fn is_label(part: &str) -> bool {
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
    fn disks_are_named_after_plan_and_vm() {
        let name = DiskName {
            plan: "realfull-two-wffc",
            target_vm: "rhel-two",
            index: 1,
        };
        assert_eq!(name.generate_name(), "realfull-two-wf-rhel-two-disk-1-");
    }

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
    fn a_taken_name_gets_a_suffix() {
        let name = another_vm_name(&"a".repeat(63));
        assert_eq!(name.len(), 63);
        assert!(name.starts_with(&"a".repeat(58)));
    }

    #[test]
    fn the_functions_of_a_template_are_found() {
        assert_eq!(
            functions("{{trunc 5 .VmName}}-{{ .VmName | lower }}"),
            ["trunc", "lower"]
        );
        assert!(functions("{{.VmName}}-disk-{{.DiskIndex}}").is_empty());
    }
}
