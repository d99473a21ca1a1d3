//! The battery that every store must pass, and what sled is suspected of besides.
//!
//! Each behaviour is written once, over the trait; [`battery!`] stamps all of them out for a backend.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cognitive_complexity,
    reason = "a test fails by panicking, and its asserts count as branches"
)]

mod accounts;
mod adoption;
mod crash;
mod damage;
mod first_owner;
mod handed;
mod log;
mod loud;
mod mandate;
mod medium;
mod out_of_band;
mod passwords;
mod places;
mod proofs;
mod roster;
mod sealed;
mod sessions;
mod support;
mod tokens;

/// Every test of the battery, for the backend that the fixture makes.
macro_rules! battery {
    ($fixture:path) => {
        battery! { $fixture:
            accounts::an_account_is_found_by_id_and_by_login_and_survives_a_restart,
            accounts::a_login_name_belongs_to_one_account_even_when_two_ask_at_once,
            accounts::an_id_is_never_given_to_a_second_account,
            accounts::a_language_is_kept_ends_nothing_and_is_told_once,
            accounts::accounts_are_listed_by_login_name_page_by_page,
            accounts::the_last_active_owner_keeps_role_and_state,
            accounts::owners_who_demote_themselves_at_once_leave_one,
            accounts::every_loss_of_a_right_ends_the_accounts_sessions_and_no_others_a205,
            accounts::a_new_password_replaces_the_old_and_refreshes_its_budget,
            accounts::a_reset_removes_every_factor_with_its_budget_and_opens_enrolment,
            accounts::an_act_on_no_account_changes_nothing,
            accounts::every_act_is_told_in_the_log_once,
            adoption::a_day_has_one_point_the_last_and_old_days_go,
            first_owner::one_owner_is_made_by_the_token_and_it_is_gone_a263,
            first_owner::of_many_first_owners_at_once_one_is_made_a263,
            first_owner::an_owner_made_otherwise_voids_the_token_and_a_new_one_voids_the_old_a263,
            handed::an_app_that_was_handed_over_is_taken_up_once_and_in_its_time_s3_7,
            handed::of_many_first_codes_at_once_one_takes_it_up_s3_7,
            handed::one_taken_up_while_another_takes_its_place_is_the_one_or_the_other_s3_7,
            handed::whatever_changes_the_account_makes_it_void_s3_15,
            handed::what_an_operator_binds_voids_it_and_in_the_end_it_is_forgotten,
            log::what_was_exported_and_is_old_goes_and_the_rest_proves_itself_a264,
            log::nothing_goes_that_the_slowest_sink_lacks_and_never_the_last_record_a264,
            log::a_sink_begins_with_the_first_record_and_goes_on_where_it_was_a264,
            log::records_of_a_clock_that_was_ahead_stop_no_retention_a264,
            log::what_only_sinks_without_an_answer_have_goes_when_it_was_exported_too_a264,
            log::what_a_sink_went_on_without_is_recorded_and_stays_until_it_was_exported_a264,
            log::whoever_spends_a_code_while_a_sink_is_at_its_limit_gets_the_session_a265,
            log::acts_wait_for_a_sink_that_is_too_far_behind_and_write_nothing_a265,
            loud::an_act_on_the_command_line_is_announced_to_each_until_they_have_seen_it,
            loud::letters_of_acts_on_the_command_line_are_one_an_hour_and_none_for_an_export,
            loud::of_many_acts_on_the_command_line_the_last_are_kept_and_all_are_counted,
            mandate::an_act_is_judged_by_the_roles_that_the_commit_finds_a176_a182,
            mandate::an_act_under_way_when_its_author_is_demoted_is_not_done_a260,
            mandate::an_admin_makes_no_admin_by_no_act_a260,
            mandate::an_act_changes_what_its_mandate_names_and_nothing_else_a260,
            mandate::owners_alone_turn_their_switch_and_admins_the_other_s0_24,
            mandate::owners_contain_owners_and_the_last_one_stays_a261,
            mandate::a_program_acts_by_its_tokens_role_while_the_token_is_active_a271,
            mandate::nobody_acts_in_anothers_name,
            mandate::what_somebody_else_changed_meanwhile_is_not_overwritten,
            mandate::without_a_mandate_people_act_on_their_own_account_and_programs_not_at_all_a260,
            mandate::a_code_that_an_act_makes_void_is_covered_by_its_mandate,
            mandate::an_app_is_handed_to_whoever_is_below_and_to_nobody_else_s3_7_a260,
            mandate::whoever_may_only_look_changes_nothing_and_acts_change_what_they_are_about_a260,
            mandate::what_is_expected_of_anything_but_an_account_is_never_met,
            mandate::a_token_whose_time_is_over_acts_no_more_a271,
            mandate::what_holds_for_everybody_is_changed_as_it_was_seen_or_not_at_all,
            mandate::a_refused_act_writes_nothing_and_the_store_goes_on_a265,
            passwords::a_link_sets_a_password_once_and_in_time,
            passwords::of_many_who_use_a_link_at_once_one_sets_a_password,
            passwords::a_link_is_void_after_a_newer_one_and_any_change_of_password_role_or_state,
            passwords::a_link_whose_time_is_over_is_forgotten,
            passwords::a_password_that_must_change_opens_nothing_until_it_did,
            passwords::a_session_that_awaits_a_password_proves_nothing_binds_nothing_and_does_not_rise,
            passwords::only_a_disabled_account_is_removed_and_nothing_of_it_stays_but_the_log,
            passwords::links_demands_and_removals_are_done_by_their_own_acts_alone_a260,
            places::a_sign_in_from_a_new_place_is_told_once_when_it_is_complete_a204,
            places::places_are_forgotten_after_a_while_and_with_the_account,
            proofs::a_step_is_accepted_once_and_none_before_it_ever_a142,
            proofs::a_hundred_submits_of_one_code_are_accepted_once_a143,
            proofs::a_hundred_submits_of_one_backup_code_are_accepted_once_a166,
            proofs::a_backup_code_is_spent_for_ever_a167,
            proofs::a_new_set_voids_the_old_one_in_the_same_instant_a170,
            proofs::no_reader_ever_sees_two_sets_of_codes_or_none_a170,
            proofs::codes_never_stand_alone,
            proofs::the_stored_codes_are_acknowledged_once,
            proofs::a_first_app_comes_with_its_codes_and_a_second_not_at_all,
            proofs::two_enrolments_at_once_bind_one_app,
            proofs::binding_forgets_the_pending_key,
            proofs::a_proof_settles_the_budget_of_its_authenticator_only,
            proofs::a_wrong_kind_index_or_id_is_gone,
            proofs::a_disabled_account_proves_nothing_any_more,
            sessions::a_session_survives_a_restart_until_it_is_ended,
            sessions::a_rise_changes_the_key_and_the_old_one_is_dead_a205,
            sessions::two_rises_of_one_session_at_once_make_one,
            sessions::a_session_rises_for_its_own_subject_only,
            sessions::a_disabled_account_gets_no_session,
            sessions::a_password_that_changed_meanwhile_opens_nothing,
            sessions::a_pending_key_is_kept_with_its_session_and_forgotten_on_demand,
            sessions::activity_moves_forward_only_and_revives_nothing,
            sessions::sessions_over_by_time_are_forgotten_without_a_word,
            sessions::everybodys_sessions_end_at_once_but_the_one_that_is_spared,
            sessions::budgets_are_kept_apart_and_survive_a_restart_a145,
            sessions::attempts_at_once_are_granted_no_more_than_the_rule_allows,
            sessions::a_code_is_out_of_use_after_a_hundred_failures_until_settled_a145,
            sessions::a_charge_tells_once_that_people_wait_and_when_the_limit_is_reached_a145,
            sessions::the_log_is_read_page_by_page_and_its_chain_verifies_a265,
            sessions::writers_at_once_make_one_chain_without_gaps,
            sessions::a_closed_store_answers_nothing,
            sessions::what_was_begun_before_the_close_is_finished,
            out_of_band::a_sent_code_is_good_in_its_session_for_its_purpose_and_ten_minutes_a155_a156,
            out_of_band::a_new_code_kills_the_old_and_a_refused_one_does_not_a156,
            out_of_band::a_code_is_tried_five_times_however_many_ask_at_once,
            out_of_band::hundreds_of_submits_of_one_sent_code_are_accepted_once_a143,
            out_of_band::what_was_sent_is_forgotten_when_it_cannot_matter_and_not_before_a157,
            out_of_band::the_first_right_code_verifies_the_contact_and_a_changed_one_is_gone,
            out_of_band::an_address_is_one_accounts_and_free_again_when_it_is_removed_s4_8,
            out_of_band::addresses_are_replaced_in_one_act_or_stay_as_they_were,
            out_of_band::budgets_of_sending_hold_over_accounts_restarts_and_clock_steps_a157,
            out_of_band::a_used_up_budget_is_told_once_and_charges_nothing_else_a157,
            tokens::a_token_survives_a_restart_as_it_was_and_its_name_is_its_own,
            tokens::no_more_tokens_are_kept_than_there_may_be,
            tokens::a_rotation_keeps_the_old_secret_for_its_overlap_only,
            tokens::a_revoked_token_is_gone_for_ever_and_its_name_is_free,
            tokens::a_tokens_last_use_moves_forward_only_and_is_not_told,
            tokens::every_act_on_a_token_is_told_in_the_log_once,
        }
    };
    ($fixture:path: $($area:ident::$test:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$area::$test($fixture()).await;
            }
        )*
    };
}

mod sled {
    battery!(crate::support::sled);
}
