package config

import "strings"

// The keys below are Asterisk's and have no effect here yet; a file may hold them.

func keptEndpoint() []string {
	return strings.Fields(`
		100rel accept_multiple_sdp_answers acl aggregate_mwi allow_overlap allow_unauthenticated_options
		asymmetric_rtp_codec bundle callerid_privacy callerid_tag call_group codec_prefs_incoming_answer
		codec_prefs_incoming_offer codec_prefs_outgoing_answer codec_prefs_outgoing_offer connected_line_method
		contact_acl contact_deny contact_permit contact_user cos_audio cos_video direct_media_glare_mitigation
		direct_media_method disable_direct_media_on_nat dtls_auto_generate_cert dtls_ca_file dtls_ca_path
		dtls_cert_file dtls_cipher dtls_fingerprint dtls_private_key dtls_rekey dtls_setup dtls_verify
		fax_detect fax_detect_timeout follow_early_media_fork follow_redirect_methods force_avp g726_non_standard
		geoloc_incoming_call_profile geoloc_outgoing_call_profile ice_support ignore_183_without_sdp
		incoming_call_offer_pref incoming_mwi_mailbox max_audio_streams max_video_streams media_encryption
		media_encryption_optimistic media_use_received_transport message_context moh_passthrough moh_suggest
		mwi_from_user mwi_subscribe_replaces_unsolicited notify_early_inuse_ringing one_touch_recording
		outbound_proxy outgoing_call_offer_pref overlap_context pickup_group preferred_codec_only
		record_off_feature record_on_feature redirect_method refer_blind_progress rpid_immediate
		rtcp_mux rtp_engine rtp_ipv6 rtp_keepalive rtp_timeout_hold sdp_owner sdp_session
		security_mechanisms security_negotiation send_aoc send_connected_line send_diversion
		send_history_info srtp_tag_32 stir_shaken stir_shaken_profile stun_addr sub_min_expiry
		suppress_moh_on_sendonly suppress_q850_reason_headers t38_bind_udptl_to_media_address t38_udptl
		t38_udptl_ec t38_udptl_ipv6 t38_udptl_maxdatagram t38_udptl_nat tenantid timers timers_min_se
		timers_sess_expires tone_zone tos_audio tos_video trust_connected_line trust_id_outbound use_avpf
		use_ptime user_eq_phone voicemail_extension webrtc label`)
}

func keptAOR() []string {
	return strings.Fields(`authenticate_qualify qualify_timeout qualify_2xx_only voicemail_extension`)
}

func keptAuth() []string {
	return strings.Fields(`nonce_lifetime oauth_clientid oauth_secret refresh_token password_digest`)
}

func keptIdentify() []string { return strings.Fields(`match_request_uri transport`) }

func keptTransport() []string {
	return strings.Fields(`allow_reload allow_wildcard_certs async_operations ca_list_file ca_list_path
		cert_file cipher cos domain method priv_key_file require_client_cert symmetric_transport
		tcp_keepalive_enable tcp_keepalive_idle_time tcp_keepalive_interval_time tcp_keepalive_probe_count
		tos verify_client verify_server websocket_write_timeout external_signaling_hostname password`)
}

func keptGlobal() []string {
	return strings.Fields(`all_codecs_on_empty_reinvite allow_sending_180_after_183 contact_expiration_check_interval
		debug default_outbound_endpoint default_voicemail_extension disable_multi_domain ignore_uri_user_options
		max_initial_qualify_time mwi_disable_initial_unsolicited mwi_tps_queue_high mwi_tps_queue_low
		norefersub regcontext send_contact_status_on_update_registration taskprocessor_overload_trigger
		unidentified_request_count unidentified_request_period unidentified_request_prune_interval
		use_callerid_contact`)
}

func keptRTP() []string {
	return strings.Fields(`rtpchecksums dtmftimeout rtcpinterval icesupport stunaddr turnaddr turnusername
		turnpassword srtpreplayprotection stun_acl stun_deny stun_permit ice_acl ice_deny ice_permit
		stun_blacklist ice_blacklist dtls_mtu stunaddr_reresolve_ttl_0 turnport`)
}

func keptHTTP() []string {
	return strings.Fields(`servername sessionlimit session_inactivity session_keep_alive enable_static
		enable_status redirect static_cache_control tlsenable tlsbindaddr tlscertfile tlsprivatekey tlscipher tlscafile
		tlsdisablev1 tlsdisablev11 tlsdisablev12 tlsservercipherorder`)
}

func keptSIPPeer() []string {
	return strings.Fields(`
		acl allowoverlap amaflags auth autoframing avpf buggymwi busy_level call-limit callbackextension callcounter
		callgroup cc_agent_policy cc_monitor_policy cid_number cid_tag contactacl contactdeny contactpermit cos_audio
		cos_video defaultip description directmediaacl directmediadeny directmediapermit disallowed_methods
		discard_remote_hold_retrieval dtlscafile dtlscapath dtlscertfile dtlscipher dtlsenable dtlsfingerprint
		dtlsprivatekey dtlsrekey dtlssetup dtlsverify encryption encryption_taglen faxdetect force_avp fullcontact
		fullname g726nonstandard hasvoicemail icesupport ignore_requested_pref ignoresdpversion keepalive label
		maxcallbitrate maxforwards mohinterpret mohsuggest mwi_from outboundproxy outofcall_message_context parkinglot
		pickupgroup preferred_codec_only progressinband promiscredir recordofffeature recordonfeature regexten
		registertrying rfc2833compensate rpid_immediate rpid_update rtcp_mux rtpkeepalive rtptimeout rtpholdtimeout
		session-expires session-minse session-refresher session-timers snom_aoc_enabled storesipcause subscribemwi
		supportpath t38pt_udptl t38pt_usertpsource textsupport timerb timert1 tonezone tos_audio trunkname
		trust_id_outbound unsolicited_mailbox use_q850_reason useclientcode usereqphone videosupport vmexten`)
}

func keptSIPGeneral() []string {
	return append(keptSIPPeer(), strings.Fields(`
		accept_outofcall_message allowexternaldomains alwaysauthreject auth_message_requests auth_options_requests
		autocreatepeer autodomain callevents checkmwi compactheaders domain domainsasrealm dumphistory dynamic_exclude_static
		externrefresh externtcpport externtlsport fromdomain g726nonstandard ignoreregexpire jbenable jbforce jbimpl
		jblog jbmaxsize jbresyncthreshold jbtargetextra legacy_useroption_parsing match_auth_username matchexternaddrlocally
		maxcallbitrate media_use_received_transport mwiexpiry notifycid notifyhold notifyringing pedantic prematuremedia
		qualifygap qualifypeers recordhistory refer_addheaders regcontext register register_retry_403 registerattempts
		registertimeout relaxdtmf rtautoclear rtcachefriends rtsavesysname rtupdate sdpowner sdpsession send_diversion
		sendrpid shrinkcallerid sipdebug srvlookup subscribe_network_change_event t1min tcpauthlimit tcpauthtimeout
		timerb tlsbindaddr tlscadir tlscafile tlscertfile tlscipher tlsclientmethod tlsdontverifyserver tlsenable
		tlsprivatekey tos_sip cos_sip tos_text cos_text tos_video tos_audio transport_default websocket_enabled
		websocket_write_timeout`)...)
}
