# Recipes for humans; CI runs .ci/run.

# Run the features on the embedded lab: just features --tags @tier0
features *options:
    cargo test --test bdd -- {{options}}

# Run every test
test *options:
    cargo test {{options}}

# What CI checks before it tests
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# Start the simulated lab in the foreground
lab *options:
    cargo run --bin mtv-bdd -- lab {{options}}

# Accept changed snapshots (needs cargo-insta)
snapshots:
    cargo insta review

# Measure what the suite and the lab cost: just bench --quick
bench *options:
    cargo xtask bench {{options}}
