-- The policies of a domain read a log together, from one checkpoint that bears the domain's name.
UPDATE es.policy SET name = 'consultations' WHERE name = 'answer_members';
UPDATE es.policy SET name = 'organisations' WHERE name = 'pass_on_holdings';
