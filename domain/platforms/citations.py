"""What work with platforms of civil society rests on."""

from domain.kernel.message import N_

STRATEGY = N_("Government Strategy and Action Plan for Cooperation with Civil Society")
