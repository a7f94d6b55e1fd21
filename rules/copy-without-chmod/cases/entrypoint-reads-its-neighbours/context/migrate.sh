echo migrated
