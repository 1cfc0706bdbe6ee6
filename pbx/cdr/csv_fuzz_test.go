package cdr

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"
)

func FuzzEveryRecordIsOneReadableLine(f *testing.F) {
	f.Add(`"Ana" <1>`, "a\r\n,b")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out strings.Builder
		if err := WriteCSV(&out, []Record{{CLID: a, LastData: b, UserField: a + b}}, time.UTC); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 22 || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%q: %v", out.String(), err)
		}
	})
}
