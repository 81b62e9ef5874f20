//! Examples from the documentation of Go's `text/template`, Sprig and Forklift, and from Forklift's tests.

use go_template::{Data, Error, Template};

fn data() -> Data {
    Data::from([
        ("VmName", "test".into()),
        ("PlanName", "test-plan".into()),
        ("DiskIndex", 0.into()),
        ("RootDiskIndex", 1.into()),
        ("Shared", false.into()),
        ("FileName", "test-vm-test-vm-disk1.vmdk".into()),
        ("WinDriveLetter", "c".into()),
    ])
}

fn render(text: &str) -> Result<String, Error> {
    Template::parse(text)?.render(&data())
}

fn rendered(cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        assert_eq!(render(template).as_deref(), Ok(*expected), "{template}");
    }
}

fn said(template: &str) -> String {
    match render(template) {
        Ok(text) => format!("no error: {text}"),
        Err(error) => error.to_string(),
    }
}

/// The examples of `text/template`, all of which print "output" in quotes.
#[test]
fn pipelines_of_the_go_documentation() {
    for template in [
        r#"{{"\"output\""}}"#,
        r#"{{`"output"`}}"#,
        r#"{{printf "%q" "output"}}"#,
        r#"{{"output" | printf "%q"}}"#,
        r#"{{printf "%q" (print "out" "put")}}"#,
        r#"{{"put" | printf "%s%s" "out" | printf "%q"}}"#,
        r#"{{"output" | printf "%s" | printf "%q"}}"#,
        r#"{{with "output"}}{{printf "%q" .}}{{end}}"#,
        r#"{{with $x := "output" | printf "%q"}}{{$x}}{{end}}"#,
        r#"{{with $x := "output"}}{{printf "%q" $x}}{{end}}"#,
        r#"{{with $x := "output"}}{{$x | printf "%q"}}{{end}}"#,
    ] {
        assert_eq!(render(template).as_deref(), Ok("\"output\""), "{template}");
    }
}

#[test]
fn trim_markers_remove_white_space() {
    rendered(&[
        ("{{23 -}} < {{- 45}}", "23<45"),
        ("{{23}} < {{45}}", "23 < 45"),
        ("a {{- /* a comment */ -}} b", "ab"),
        ("a {{/* a comment */}} b", "a  b"),
        ("{{-3}}", "-3"),
        ("a\n  {{- 1 }}\n", "a1\n"),
    ]);
}

#[test]
fn conditions_select_a_branch() {
    rendered(&[
        ("{{if .Shared}}a{{else}}b{{end}}", "b"),
        ("{{if .Shared}}a{{else if eq .DiskIndex 0}}b{{else}}c{{end}}", "b"),
        (
            "{{if eq .DiskIndex .RootDiskIndex}}root{{else}}data{{end}}-{{.DiskIndex}}",
            "data-0",
        ),
        (
            "{{with .WinDriveLetter}}{{.}}-{{$.VmName}}{{else}}none{{end}}",
            "c-test",
        ),
        (r#"{{with ""}}{{.}}{{else with .VmName}}{{.}}{{end}}"#, "test"),
        (r#"{{if and .VmName (not .Shared)}}yes{{end}}"#, "yes"),
        (r#"{{or "" .VmName}} {{and .VmName ""}}"#, "test "),
        // `and` and `or` do not evaluate arguments after the deciding one.
        (r#"{{or .VmName (index .VmName 99)}}"#, "test"),
        (
            r#"{{eq .VmName "a" "test"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge "b" "a"}}"#,
            "true true true true false true",
        ),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{end}}{{$x}}", "2"),
    ]);
}

#[test]
fn functions_of_go() {
    rendered(&[
        (
            r#"{{len "test"}} {{index "test" 1}} {{slice "abcdef" 1 3}} {{slice "abc" 1}}"#,
            "4 101 bc bc",
        ),
        (r#"{{print 1 2 "a" 3 "b" "c"}}"#, "1 2a3bc"),
        (
            r#"{{printf "%05d|%-4s|%4s|%x|%.2f|%v|%t|%3d%%" 42 "ab" "cd" "hi" 3.14159 true false 7}}"#,
            "00042|ab  |  cd|6869|3.14|true|false|  7%",
        ),
        (r#"{{printf "%d %s" "a"}}"#, "%!d(string=a) %!s(MISSING)"),
        (r#"{{printf "a" 1}}"#, "a%!(EXTRA int=1)"),
        ("{{0x10}} {{1_000}} {{'a'}} {{1.5}} {{1e3}}", "16 1000 97 1.5 1000"),
    ]);
}

/// The tables of Forklift's `pkg/templateutil/README.md` and of Sprig's documentation. Where the two differ
/// (`contains`), Sprig is right: Forklift calls it.
#[test]
fn functions_of_sprig_that_forklift_offers() {
    rendered(&[
        (r#"{{ lower "TEXT" }}{{ upper "text" }}"#, "textTEXT"),
        (r#"{{ contains "cat" "catch" }}"#, "true"),
        (r#"{{"I Am Henry VIII" | replace " " "-"}}"#, "I-Am-Henry-VIII"),
        (r#"{{ trim "  text  " }}"#, "text"),
        (r#"{{ trimAll "$" "$5.00$" }}"#, "5.00"),
        (r#"{{ trimSuffix ".go" "file.go" }}"#, "file"),
        (r#"{{ trimPrefix "go." "go.file" }}"#, "file"),
        (r#"{{ title "hello world" }}"#, "Hello World"),
        (r#"{{ untitle "Hello World" }}"#, "hello world"),
        (r#"{{ repeat 3 "abc" }}"#, "abcabcabc"),
        (r#"{{ substr 1 4 "abcdef" }}{{ substr 0 5 "hello world" }}"#, "bcdhello"),
        (r#"{{ substr 2 -1 "abcdef" }}{{ substr -1 2 "abcdef" }}"#, "cdefab"),
        (r#"{{ nospace "a b  c" }}"#, "abc"),
        (
            r#"{{ trunc 3 "abcdef" }}{{ trunc 5 "hello world" }}{{ trunc -5 "hello world" }}{{ trunc 9 "a" }}{{ trunc -9 "a" }}"#,
            "abchelloworldaa",
        ),
        (r#"{{ initials "John Doe" }}"#, "JD"),
        (
            r#"{{ hasPrefix "go" "golang" }}{{ hasSuffix "ing" "coding" }}"#,
            "truetrue",
        ),
        (r#"{{ mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}"#, "-W-xxW-"),
        (
            "{{ add 1 2 3 }} {{ add1 5 }} {{ sub 5 3 }} {{ div 10 3 }} {{ mod 10 3 }} {{ mul 2 3 4 }}",
            "6 6 2 3 1 24",
        ),
        ("{{ max 1 5 3 }} {{ min 1 5 3 }}", "5 1"),
        (
            "{{ floor 3.75 }} {{ ceil 3.25 }} {{ round 3.75159 2 }} {{ floor 123.9999 }} {{ round 123.555555 3 }}",
            "3 4 3.75 123 123.556",
        ),
    ]);
}

/// Templates of Forklift's own tests (`templateutil_test.go`, `validator_test.go`, `validation_test.go`).
#[test]
fn templates_of_forklift_s_tests() {
    rendered(&[
        ("{{.VmName}}-disk-{{.DiskIndex}}", "test-disk-0"),
        ("{{.PlanName}}-{{.VmName}}-{{.DiskIndex}}", "test-plan-test-0"),
        (r#"{{.FileName | trimSuffix ".vmdk"}}"#, "test-vm-test-vm-disk1"),
        ("disk-{{.WinDriveLetter}}", "disk-c"),
        (r#"{{upper (trimPrefix "te" .VmName)}}"#, "ST"),
        ("{{if false}}disk{{end}}", ""),
        (
            "{{trunc 15 .PlanName}}-{{trunc 15 .VmName}}-disk-{{.DiskIndex}}",
            "test-plan-test-disk-0",
        ),
        (
            r#"{{ .VmName | trunc 32 | trimSuffix "-" }}-{{ .VmName | trunc -4 }}-disk-{{.DiskIndex}}"#,
            "test-test-disk-0",
        ),
    ]);
    for template in [
        "{{",
        "Hello, {{.Name}",
        "{{.VmName}-disk-{{.DiskIndex}",
        "{{.UndefinedVar}}",
        "{{ .PVCName ",
    ] {
        assert!(render(template).is_err(), "{template}");
    }
}

#[test]
fn errors_have_a_position() {
    let templates = [
        "a-{{.VmName",
        "a-{{.VmName}-b",
        "{{ .VmNam }}",
        "{{ .VmName | trunk 3 }}",
        "{{ frobnicate }}",
        "{{ .VmName | trunc }}",
        "{{ .DiskIndex | trunc 3 }}",
        "{{ .VmName | .PlanName }}",
        "{{ .VmName 3 }}",
        "{{ .VmName.First }}",
        "{{ if .VmName }}a",
        "a{{ end }}",
        "{{ if true }}{{ else }}{{ else }}{{ end }}",
        "{{ $x }}",
        "{{ (print 1 }}",
        r#"{{ "open }}"#,
        "{{ }}",
        "{{ . }}",
        "{{ eq 1 .VmName }}",
        "{{ div 1 0 }}",
        "{{ range 3 }}{{ end }}",
        "{{ urlquery .VmName }}",
        "{{ 1 & 2 }}",
    ];
    let told: Vec<String> = templates
        .map(|template| format!("{template}  ->  {}", said(template)))
        .into();
    insta::assert_snapshot!(told.join("\n"), @r#"
    a-{{.VmName  ->  character 3: this {{ has no }}
    a-{{.VmName}-b  ->  character 12: "}" has no meaning inside of {{ }}
    {{ .VmNam }}  ->  character 4: there is no field .VmNam; there are .DiskIndex, .FileName, .PlanName, .RootDiskIndex, .Shared, .VmName, .WinDriveLetter
    {{ .VmName | trunk 3 }}  ->  character 14: Forklift offers no function trunk; the nearest is trunc
    {{ frobnicate }}  ->  character 4: Forklift offers no function frobnicate
    {{ .VmName | trunc }}  ->  character 14: trunc: it takes 2 arguments, but gets 1
    {{ .DiskIndex | trunc 3 }}  ->  character 17: trunc: it takes a string, but gets the int 0
    {{ .VmName | .PlanName }}  ->  character 14: after | stands a function
    {{ .VmName 3 }}  ->  character 12: only functions have arguments
    {{ .VmName.First }}  ->  character 4: a string has no field .First
    {{ if .VmName }}a  ->  character 4: this if has no end
    a{{ end }}  ->  character 5: there is no if or with for this end
    {{ if true }}{{ else }}{{ else }}{{ end }}  ->  character 27: a second else for the same condition
    {{ $x }}  ->  character 4: there is no variable $x here
    {{ (print 1 }}  ->  character 4: this ( has no )
    {{ "open }}  ->  character 4: this text has no closing "
    {{ }}  ->  character 4: a value is missing
    {{ . }}  ->  character 4: the data as a whole is no value; name a field of it
    {{ eq 1 .VmName }}  ->  character 4: eq: int and string cannot be compared
    {{ div 1 0 }}  ->  character 4: div: 1 cannot be divided by 0
    {{ range 3 }}{{ end }}  ->  character 4: range is not known here: names have no use for it
    {{ urlquery .VmName }}  ->  character 4: the function urlquery is not known here: names have no use for it
    {{ 1 & 2 }}  ->  character 6: "&" has no meaning inside of {{ }}
    "#);
}
