package cdr

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
)

var csvText = strings.NewReplacer(`"`, `""`, "\r", `\r`, "\n", `\n`, "\x00", "")

// WriteCSV writes records in the field order of Asterisk's Master.csv, one a
// line, with our column power_lost behind sequence: text is quoted, numbers and
// absent times are not, as in Asterisk. A line break inside a field is written
// as \n. What a spreadsheet takes for a formula is left as it stands, also as
// in Asterisk. Times are in loc.
func WriteCSV(w io.Writer, records []Record, loc *time.Location) error {
	b := bufio.NewWriter(w)
	for _, r := range records {
		lost := "0"
		if r.PowerLost {
			lost = "1"
		}
		line := []string{
			quote(r.AccountCode), quote(r.Src), quote(r.Dst), quote(r.DContext), quote(r.CLID), quote(r.Channel),
			quote(r.DstChannel), quote(r.LastApp), quote(r.LastData),
			date(r.Start, loc), date(r.Answer, loc), date(r.End, loc), strconv.Itoa(r.Duration()), strconv.Itoa(r.BillSec()),
			quote(string(r.Disposition)), quote("DOCUMENTATION"), quote(string(r.UniqueID)), quote(r.UserField),
			quote(r.PeerAccount), quote(string(r.LinkedID)), strconv.FormatUint(r.Sequence, 10), lost,
		}
		if _, err := b.WriteString(strings.Join(line, ",") + "\n"); err != nil {
			return err
		}
	}
	return b.Flush()
}

func quote(s string) string { return `"` + csvText.Replace(s) + `"` }

func date(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return quote(t.In(loc).Format(time.DateTime))
}
