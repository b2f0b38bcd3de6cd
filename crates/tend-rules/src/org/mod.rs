//! The people of the firm: units, staff, roles, permissions and scope.
