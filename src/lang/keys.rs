//! The keys of all texts. A key that a language lacks does not compile.

table! {
    /// What stands in index.html; `data-text` and `data-text-ATTRIBUTE` name these keys.
    Page {
        document_title, description, skip, experiments, run_controls, run, pause, step, step_title,
        epoch, epoch_title, reset, reset_title, speed, full, in_step_title, in_step, share, preferences, theme, theme_system, theme_light,
        theme_dark, idle, idle_never, idle_5, idle_15, idle_60, idle_about, print, print_about,
        settings, paper_button, paper_button_about, experiment, close, network, hidden_layers,
        activation, start, rules, shallow, data, training_images, zca, batch, feedback, law, scale,
        optimiser, method, learning_rate, regularisation, dropout, adversarial, stop_and_seed,
        epochs, steps, stop_error, points, seed, seeds, seeds_heading, seeds_about, seeds_criterion, dismiss_label, dismiss, loading, retry,
        lanes_in_figures, error_rate, train_title, train_option, test_title, test_option,
        log_rate_title, log_rate, log_steps_title, log_steps, in_epochs_title, in_epochs,
        error_definition, error_canvas, angle, layer, layer_label, direction_title, direction_of,
        direction_label, direction_update, angle_definition, angle_canvas, choose_lane,
        share_heading, share_about, link, with_receipts, with_language, done, promise, promise_one,
        promised, promised_1, promised_2, promised_3, checked, checked_1, checked_2, checked_3,
        not_covered, not_covered_1, not_covered_2, not_covered_3, not_covered_3_end, not_covered_4,
        not_covered_5, paper_heading, paper_table, table_table1, table_depth, table_relu, table_ifa,
        paper_table1, paper_depth, paper_relu, paper_ifa, paper_about, paper_made_end, net,
        definitions, performance, footer, def_rules,
        def_rules_about, def_lane, def_lane_about, def_step, def_step_about, def_probe, def_probe_about, def_error_about,
        def_angle_about, images_per_second, def_speed_about, def_pace, def_pace_about,
        def_fingerprint, def_fingerprint_about, def_receipt, def_receipt_about, measure_anew, lane,
        messages_per_second, memory_mb, work_a_frame, long_tasks, messages, page_memory, series,
        these_numbers, perf_speed_about, perf_messages_about, perf_memory_about, work_a_frame_ms,
        perf_frame_about, perf_tasks_about, perf_series_about, open_all_four, cell_paper, cell_ours,
        open, test_error_title, test_error, step_epoch_title, step_epoch, speed_title, lane_speed,
        pace_title, pace, pace_as_all, pace_1, pace_10, pace_100, pace_1000, fingerprint_title,
        fingerprint, receipt_title, receipt, phases, go_on, forget_it, change_about, rule,
        what_learns, feedback_stays, feedback_redrawn, feedback_opposed, optimiser_fresh, change,
        time_travel, time_travel_title, moment, now, go_back, go_back_title, measure_feedback,
        measure_cosine, measure_norm, measure_change, measure_saturated, def_measures,
        def_measures_about, cancel, lessons, lessons_about, all_lessons, lesson_other, lesson_again,
        lesson_back, lesson_symbols, callout_done, callout_never,
        digit_button, digit_about, digit_field, digit_undo, digit_clear, digit_keys, digit_no_drawing,
        digit_number, digit_any, digit_disagreed, digit_seen,
        inside_button, inside, inside_tabs, tab_filters, tab_alignment, tab_confusion,
        filters_about, units_order, order_norm, order_number, quantity, quantity_weights,
        quantity_change, units_before, units_after, inside_scale, alignment_criterion, alignment_layer, alignment_cosine,
        alignment_sign, alignment_positive, alignment_feedback, alignment_inverse,
        alignment_heading, criterion_about, cosine_about, positive_about, feedback_angle_about,
        inverse_angle_about, confusion_about, inside_images, images_probe, images_all,
        confusion_caption, cell_heading, disagreed_heading, embedding_about, embedding_lanes,
        compute, stop_computing, classes_legend, data_set, own_data, own_heading, own_about,
        own_files, choose_files, own_name, own_keep, own_mnist, give_files,
        take_along, take_along_title, take_about, take_cite, take_bib, take_error, take_angle, take_series,
        take_series_about, take_weights, take_weights_about, take_report, take_report_about,
        open_full, embed_about, teacher, locked_reason, locked_line, for_class, class_heading, class_about,
        class_title, class_note, class_at, class_at_hint, class_lesson, class_none, class_language, class_readers,
        class_run, class_embed, class_frame, class_controls, class_shown, class_locked, class_hidden, copy, class_code,
        save_svg, save_png, update_text, update_reload, update_later, offline, kept_offline, keep_offline, remove_offline,
        other_tabs, finished_error, finished_angle, finished_caption, sheet_results, sheet_state, sheet_train,
        sheet_test,
        compare_button, compare_heading, compare_about, compare_link, compare_run, compare_file, compare_present,
        compare_present_title, compare_list, compare_none, ghost_legend,
        runs_button, runs_heading, runs_about, runs_export, runs_import, runs_remove, runs_undo, run_open, run_compare, run_delete,
        keys_button, keys_page, key_run, key_help, key_close, keys_where, keys_chart, key_points, key_tens, key_ends, key_series, key_leave, keys_inside, key_tabs, key_images, key_field, keys_single, sound, sound_about, sound_keep, no_sound, as_table, listen,
    }
}

table! {
    /// What the page says while it works.
    Lab {
        idle, running, pausing, paused, diverged, failed, copied, copied_with_receipts, copy_by_hand,
        changed, slowed, all_layers, ready, receipt_waits, reproduced, differs, unchecked,
        loading_table, not_run, not_in_paper, rule_about, legend, no_table, open_row, open_cell,
        nearly_downhill, still_downhill, no_direction, uphill, undefined_sense, done_epochs,
        done_steps, done_error, diverged_in, layer_one, layer_many, layer_says, layer_angle,
        layer_angles, gradient_zero, gradient_partly, gradient_itself, hidden_stay,
        angles_undefined, widest, measured_at, columns_all, columns_some, train_head, test_head,
        step_a_second, steps_a_second, readout, frame_times, tasks_untold, tasks_none, tasks_some,
        message_rate, density_all, density_some, loading_file, load_failed, lane_died, worker_ended,
        message_unread, server_answered, empty_answer, request_failed, differs_from, receipt_open,
        receipts_open, receipt_same, receipts_same, receipts_mixed, part_same, part_differs,
        part_differ, part_open, part_join, receipts_unchecked, no_receipts, receipts_to_share,
        lane_toggle, lane_step, lane_epoch, lane_reset, lane_pace, field_title, seed_one, seeds,
        epoch_one, epochs, stands_on, at_threshold, did_diverge, ran_on, mean_of_two, all_diverged,
        untrained, moments, moments_none, all_learn, kept_is_damaged, resumed, was_kept, refused, earlier, earlier_than, at_step, at_steps, ago_now,
        ago_minute, ago_minutes, ago_hours, ago_days, not_kept, change_lane, lane_change,
        changed_lane, too_many_phases, stage, stage_frozen, stage_only, stage_redrawn,
        stage_opposed, but_output, but_layer, output_alone, layer_alone, no_feedback, lane_arrow,
        lane_then, lane_about_then, lane_died_at, layer_form, form_map, form_maps,
        lessons_loading, no_lessons, no_lesson, lesson_count, lesson_minutes, lesson_at, lesson_next, next_lesson,
        wait_error, wait_train, wait_angle, wait_below, wait_above, wait_after, wait_step, wait_finished, wait_paused,
        foretold, foretold_otherwise, is_open, is_over, lane_none, decided_at, decided_with,
        decided_degrees, and_lane, callout_curves, callout_angles, callout_useful,
        getting_to, code_too_long, part_options, part_cards, part_footer, was_idle, sheet_layer,
    }
}

table! {
    /// What the view that looks inside says.
    Inside {
        look_failed, after_step, waits_for_lane, looking, undefined, positive, negative, zero,
        on_probe, error_on, cell, choose_cell, of_cell, image, no_lanes_to_compare, disagree, units,
        scale, feedback_scale, unit, no_lane_chosen, inputs, panel, no_embedding, computing, took,
        press_compute, lane_says, point, finds_neighbours, stopped, moving, moved, panel_name,
        inspector_died, inspector_starts, no_lane_seen, was_stopped, pen_down, pen_up, seen_drawing,
        seen_nothing, output_of, activations, draw_something, lanes_agree, lanes_disagree, its_class,
        all_agree,
    }
}

table! {
    /// Words of the figures.
    Figures {
        error_rate, angle, feedback_angle, cosine, no_gain, norm, change, saturated, step, phase, epoch, chance, empty, waiting, unchosen, undefined, error_title, angle_title,
    }
}

table! {
    /// What is read and heard of a figure, and how its table is headed.
    Access {
        training, test, layer, reading, reading_before, spoken, nothing_yet, undefined, unmeasured, unmeasured_here, zero_direction, no_feedback, zero_signal, not_finite, table_all, table_some, table_layers, table_empty, table_step, table_epoch, table_column, heard, pitch_training, pitch_test, pitch_angle, pitch_cosine, pitch_share, pitch_size,
    }
}

table! {
    /// What is wrong with a link.
    Errors {
        value, of_field, unknown_key, hint_meant, hint_keys, twice, no_value, version, numerics,
        receipt_numerics, receipt, allowed_receipt, not_run, too_large, allowed_batch,
        allowed_numerics, allowed_layers, allowed_opposed, allowed_fitting, kernel, pool, too_long,
        more, beside, allowed_text, allowed_controls, allowed_moment, allowed_origin,
    }
}

table! {
    /// Images of the reader's own: what is wrong with files, and what page and command line say of them.
    Own {
        allowed_n, no_files, gzip, too_large, unknown, idx_header, idx_length, records, label, gap, counts,
        sizes, no_pixels, missing, mixed, too_many, which, which_batch, limits, train_images, train_labels,
        test_images, test_labels, train_batches, test_batch, about, needs_where, other,
        is_mnist, reading, summing, loaded, loaded_kept, not_kept, wanted,
    }
}

table! {
    /// Several seeds of an experiment: how far they are, and what sets their rules apart.
    Spread {
        allowed_seeds, button, line_is, first_is, results_are, progress, computing, seed_lanes, native, failed_one, no_point,
        median, lowest, highest, range, readout, counted, seeds_head, above, equal, within, apart, apart_so_far, not_there, early,
        did_diverge, ended_first, at_step,
        none_yet, one_lane, summary, summary_lane, figure, first_lane,
    }
}

table! {
    /// Runs that are laid under the present one.
    Ghosts {
        against, against_run, lane_of, brackets, brackets_of_median, not_run, lane_not_run, lane_at, lane_to, sentence, other_epochs, other_numerics,
        ends_earlier, shared, failed, full, no_link, nothing_yet, not_white, too_large, remove, remove_run, in_figures,
        not_read, none_kept, kept, name_of, damaged, open_run, compare_run, delete_run, settings, comma, result, result_of_first, on_paper, no_history,
    }
}

table! {
    /// Whitening of images.
    White {
        allowed_inputs, covariance, root, progress, no_memory, bar,
    }
}

table! {
    /// Files that are taken along, and what is wrong with one that is brought back.
    Export {
        too_large, bad_syntax, file_end, no_value, bad_value, bad_link, form_object, form_list, form_text, form_whole, form_number,
        allowed_items, allowed_between, allowed_bytes, allowed_ascending, allowed_count,
        allowed_once,
        versions, error_title, angle_title, error_note, angle_note, report_title, report_link, results,
        lane, rules, ended, fingerprint, step, epoch, train_error, test_error, test_images, test_step,
        results_about, not_ended, by_epochs, by_steps, by_error, did_diverge, settings, key, meaning, value,
        again, again_about,
        not_yet, weights_of, weights_at, weights_none, not_begun, lane_diverged, lane_failed, gathering,
        saved, not_saved, first_of, weights_gone, bib_copied, bib_by_hand, lane_join,
    }
}

#[cfg(feature = "cli")]
table! {
    /// What the command line says.
    Command {
        about, run, inside, verify, table, pack_mnist, help_command, lang, help, version, run_links,
        run_data, data, data_folder, data_name, verify_data, run_format, run_rules, run_lanes,
        run_plot, run_export, one_link, one_link_or_jsonl, not_compared, run_checkpoint, run_checkpoint_every, run_keys,
        run_key_receipt, run_key_receipt_allowed, run_key_lang, run_status, run_threads, inside_link, inside_images, inside_rules,
        inside_plot, inside_checkpoint, inside_data, inside_threads, inside_format, verify_file,
        verify_threads, verify_after, table_name, table_after, table_rows, table_rules, table_seeds, table_epochs,
        table_out, table_jobs, table_render, pack_mnist_from, pack_mnist_to, usage,
        heading_commands, heading_arguments, heading_options, default, error, more_help, bad_value,
        bad_value_why, missing_value, unknown_argument, unknown_command, missing_arguments,
        given_twice, meant, allowed_are, allowed_seconds, allowed_whole, standard_input, opening,
        reading, reading_line, making, writing, removing, locking, cutting, remove_to_begin,
        figure_failed, bar, lane_cut, differs, at_line, at_line_of, at, no_link, no_receipt,
        verified, sum_one, sum, some_differ_one, some_differ, expected_found, also_reproduced,
        receipt_missing, outcome, reproduced, differ, unchecked, column_lane, column_step,
        column_epoch, column_train, column_test, column_images, column_angle, diverged, end_epochs,
        end_steps, end_error, end_diverged, lane_end, lane_end_verdict, lane_differs, runs_stand,
        runs_left_out, run_done, undefined, in_use, cut_off, no_run, no_lane,
    }
}

table! {
    /// A rule: its full name, its short one, how it carries the error to a hidden layer, and that again for a lane card.
    Rule {
        name, short, about, brief,
    }
}

table! {
    /// An experiment of the menu: its title, and what to watch in two sentences.
    Experiment {
        title, watch,
    }
}

table! {
    /// A key of a link: what it means, with its unit, and what it takes.
    Knob {
        help, allowed,
    }
}

words! {
    /// The rules.
    Rules of Rule {
        bp, fa, dfa, ifa, shallow,
    }
}

words! {
    /// The experiments of the menu.
    Experiments of Experiment {
        first, deep, small_steps, zero, shallow, unfrozen, curves, features, redrawn, against, convolution,
    }
}

words! {
    /// The keys of a link.
    Knobs of Knob {
        data, n, zca, rules, phases, hidden, act, init, fb, fbscale, opt, lr, rho, eps, momentum, batch, dropout,
        adv, epochs, steps, stop, evals, seed, seeds,
    }
}
