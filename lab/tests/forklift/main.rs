//! The simulated Forklift on a whole lab: providers, inventory, migrations, and a recording of the real one.

mod inventory;
mod migrations;
mod providers;
mod replay;
mod story;
mod world;
