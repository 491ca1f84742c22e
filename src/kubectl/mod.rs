//! kubectl's command table, printers and its own texts.
