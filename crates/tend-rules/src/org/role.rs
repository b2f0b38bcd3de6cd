//! The seven roles of DESK.md and what each may do.

use super::{Permission, Scope};
use crate::base::{StaffId, UnitId};
use Permission::*;
use serde::{Deserialize, Serialize};

/// What a person is in the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Head office, operator 总部.
    Hq,
    /// Head of a channel or branch 渠道负责人.
    ChannelLead,
    /// Customer manager 客户经理.
    Maintainer,
    /// Specialist, quick response 专员.
    Specialist,
    /// Quality and compliance 质检.
    Quality,
    /// Executive 管理层.
    Executive,
    /// Administrator 管理员: the firm's settings, no customer content.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] =
        [Role::Hq, Role::ChannelLead, Role::Maintainer, Role::Specialist, Role::Quality, Role::Executive, Role::Admin];

    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Hq => "hq",
            Role::ChannelLead => "channel_lead",
            Role::Maintainer => "maintainer",
            Role::Specialist => "specialist",
            Role::Quality => "quality",
            Role::Executive => "executive",
            Role::Admin => "admin",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// What the role may do.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Role::Hq => &[
                ReadCustomers,
                EditCustomers,
                UnmaskFields,
                ExportCustomers,
                ApproveExports,
                ReadBatches,
                ImportBatches,
                HandOutWork,
                ReadWork,
                DoWork,
                VerifyWork,
                ReadStatements,
                ReadPlans,
                EditPlans,
                ReadTraces,
                RunTraces,
                JudgeTraces,
                ReadStaff,
                ManageCatalogue,
            ],
            Role::ChannelLead => &[
                ReadCustomers,
                EditCustomers,
                UnmaskFields,
                ExportCustomers,
                ReadBatches,
                HandOutWork,
                ReadWork,
                DoWork,
                ReadStatements,
                ReadPlans,
                ReadTraces,
                RunTraces,
                ReadStaff,
            ],
            Role::Maintainer => &[
                ReadCustomers,
                EditCustomers,
                UnmaskFields,
                ReadWork,
                DoWork,
                ReadStatements,
                ReadPlans,
                ReadTraces,
                RunTraces,
            ],
            Role::Specialist => {
                &[ReadCustomers, EditCustomers, UnmaskFields, ReadWork, DoWork, ReadPlans, ReadTraces, RunTraces]
            }
            Role::Quality => &[
                ReadCustomers,
                ApproveExports,
                ReadWork,
                VerifyWork,
                ReadStatements,
                ReadPlans,
                ReadTraces,
                RunTraces,
                JudgeTraces,
                ManageRights,
            ],
            Role::Executive => &[ReadStatements, ReadPlans],
            Role::Admin => &[ReadStaff, ManageStaff, ManageCatalogue, ReadPlans, ManageRights],
        }
    }

    /// Whether the role may do it.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whose customers and work orders a person of this role sees, by place in the tree.
    pub const fn scope(self, staff: StaffId, unit: UnitId) -> Scope {
        match self {
            Role::Hq | Role::ChannelLead | Role::Specialist | Role::Quality | Role::Executive => Scope::Subtree(unit),
            Role::Maintainer => Scope::Own(staff),
            Role::Admin => Scope::Nothing,
        }
    }

    /// The screen on which the role lands (DESK.md: The frame).
    pub const fn landing(self) -> &'static str {
        match self {
            Role::Hq => "batches",
            Role::ChannelLead => "board",
            Role::Maintainer => "my-day",
            Role::Specialist => "queue",
            Role::Quality => "samples",
            Role::Executive => "reports",
            Role::Admin => "settings",
        }
    }
}
