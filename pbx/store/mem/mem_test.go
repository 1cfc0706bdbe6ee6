package mem_test

import (
	"testing"

	"github.com/timbre-pbx/timbre/pbx/store"
	"github.com/timbre-pbx/timbre/pbx/store/mem"
	"github.com/timbre-pbx/timbre/pbx/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return mem.New() })
}
