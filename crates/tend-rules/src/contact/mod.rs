//! What happened when somebody was reached: outcomes and next steps.
