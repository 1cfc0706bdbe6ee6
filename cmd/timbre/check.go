package main

import (
	"fmt"
	"os"

	"github.com/timbre-pbx/timbre/pbx"
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

// checkCmd loads a configuration and prints what there is to say of it.
type checkCmd struct {
	Etc string `help:"Configuration directory." type:"path" required:"" env:"TIMBRE_ETC" placeholder:"DIR"`
}

// Run prints the findings, one a line, and fails when one refuses the configuration.
func (c checkCmd) Run() error {
	if info, err := os.Stat(c.Etc); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", c.Etc)
	}
	conf, findings := pbx.LoadConfiguration(os.DirFS(c.Etc))
	for _, f := range findings {
		fmt.Println(f)
	}
	fmt.Printf("%d endpoints, %d contexts, %d findings\n", len(conf.Objects.Endpoints), len(conf.Plan.Contexts()), len(findings))
	if conffile.HasErrors(findings) {
		return fmt.Errorf("the configuration in %s has errors", c.Etc)
	}
	return nil
}
