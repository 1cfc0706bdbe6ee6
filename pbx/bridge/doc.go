// Package bridge owns who hears whom. A two-party bridge joins the media of a
// caller and a called leg, carries digits and hold between them, and ends when
// either leaves; the media engine decides by itself whether the join is a
// relay or a transcode.
package bridge
