package permissions

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aws-baseline/aws-baseline/"

// source is a package of this module with its types: what its code can call is read off it without running it.
type source struct {
	testing.TB
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
	// bodies are where functions and package variables are declared.
	bodies map[types.Object]ast.Node
}

// load type-checks a package's files, without its tests. What it imports comes from the compiler's export data.
func load(t testing.TB, name string) *source {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Export,Dir,GoFiles", module+name)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list %s: %v", name, err)
	}
	type listed struct {
		ImportPath, Export, Dir string
		GoFiles                 []string
	}
	exports := make(map[string]string)
	var own listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.ImportPath == module+name {
			own = p
		}
	}
	s := &source{TB: t, fset: token.NewFileSet(), bodies: make(map[types.Object]ast.Node), info: &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object),
	}}
	for _, file := range own.GoFiles {
		parsed, err := parser.ParseFile(s.fset, filepath.Join(own.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		s.files = append(s.files, parsed)
	}
	config := types.Config{Importer: importer.ForCompiler(s.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	if _, err := config.Check(own.ImportPath, s.fset, s.files, s.info); err != nil {
		t.Fatal(err)
	}
	for _, file := range s.files {
		for _, declaration := range file.Decls {
			s.declare(declaration)
		}
	}
	return s
}

func (s *source) declare(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		s.bodies[s.info.Defs[d.Name]] = d
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if values, ok := spec.(*ast.ValueSpec); ok {
				for _, name := range values.Names {
					s.bodies[s.info.Defs[name]] = values
				}
			}
		}
	}
}

// operations are the SDK operations that a piece of code names, and those that the functions and variables of its
// package which it names do, as "EC2: DescribeVpcs", sorted.
func (s *source) operations(nodes ...ast.Node) []string {
	found, seen := make(map[string]bool), make(map[types.Object]bool)
	var walk func(ast.Node)
	walk = func(node ast.Node) {
		ast.Inspect(node, func(n ast.Node) bool {
			if field, ok := n.(*ast.SelectorExpr); ok && s.isKind(field.X) {
				for _, value := range s.fieldOf(field) {
					walk(value)
				}
				return false // that a kind is named is no call of what it can do
			}
			name, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			used := s.info.Uses[name]
			if f, ok := used.(*types.Func); ok {
				used = f.Origin()
				if operation := operationOf(f); operation != "" {
					found[operation] = true
				}
			}
			if body, ours := s.bodies[used]; ours && !seen[used] && used.Type().String() != kindType {
				seen[used] = true
				walk(body)
			}
			return true
		})
	}
	for _, node := range nodes {
		walk(node)
	}
	return slices.Sorted(maps.Keys(found))
}

const kindType = module + "collect.Kind"

func (s *source) isKind(value ast.Expr) bool {
	of := s.info.TypeOf(value)
	return of != nil && of.String() == kindType
}

// fieldOf is the value of a function field of another kind's block ("bucket.List").
func (s *source) fieldOf(field *ast.SelectorExpr) []ast.Node {
	if _, function := s.info.TypeOf(field).Underlying().(*types.Signature); !function {
		return nil
	}
	variable, ok := field.X.(*ast.Ident)
	if !ok {
		s.Errorf("%s: a kind's function is called by another way than its variable", s.fset.Position(field.Pos()))
		return nil
	}
	values, ok := s.bodies[s.info.Uses[variable]].(*ast.ValueSpec)
	if !ok {
		s.Errorf("%s: nobody can tell which kind's function this is", s.fset.Position(field.Pos()))
		return nil
	}
	var found []ast.Node
	ast.Inspect(values, func(n ast.Node) bool {
		if element, ok := n.(*ast.KeyValueExpr); ok && fmt.Sprint(element.Key) == field.Sel.Name {
			found = append(found, element.Value)
			return false
		}
		return true
	})
	return found
}

// operationOf is the operation that a method of an SDK client makes, or "".
func operationOf(f *types.Func) string {
	receiver := f.Signature().Recv()
	if receiver == nil || f.Pkg() == nil || !strings.HasPrefix(f.Pkg().Path(), "github.com/aws/aws-sdk-go-v2/service/") || f.Name() == "Options" {
		return ""
	}
	if pointer, ok := receiver.Type().(*types.Pointer); !ok || !strings.HasSuffix(pointer.Elem().String(), ".Client") {
		return ""
	}
	id, ok := f.Pkg().Scope().Lookup("ServiceID").(*types.Const)
	if !ok {
		return ""
	}
	return constant.StringVal(id.Val()) + ": " + f.Name()
}

// calls are what the kinds in a package call.
func (s *source) calls() map[string]Calls {
	table := make(map[string]Calls)
	for _, file := range s.files {
		ast.Inspect(file, func(n ast.Node) bool {
			block, ok := n.(*ast.CompositeLit)
			if !ok || !s.isKind(block) {
				return true
			}
			name, list, remove := s.block(block)
			if name == "" && len(list)+len(remove) > 0 {
				s.Errorf("%s: the kind's Name is no constant, so nobody can tell whose calls these are", s.fset.Position(block.Pos()))
			}
			if name != "" {
				table[name] = Calls{List: s.operations(list...), Delete: s.operations(remove...)}
			}
			return true
		})
	}
	return table
}

// block takes a kind's block apart: its name, what captures it, and what deletes it.
func (s *source) block(block *ast.CompositeLit) (name string, list, remove []ast.Node) {
	for _, element := range block.Elts {
		field, ok := element.(*ast.KeyValueExpr)
		if !ok {
			s.Errorf("%s: a kind's fields are to be named", s.fset.Position(element.Pos()))
			continue
		}
		switch fmt.Sprint(field.Key) {
		case "Name":
			if value := s.info.Types[field.Value].Value; value != nil {
				name = constant.StringVal(value)
			}
		case "List", "BulkTags":
			list = append(list, field.Value)
		case "Delete", "Protect", "Unlink":
			remove = append(remove, field.Value)
		}
	}
	return name, list, remove
}
