package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// answerBackup answers what moto lacks of AWS Backup: policies and notifications of vaults, selections of plans.
func answerBackup(e *estate) {
	e.answer("backup", "GetBackupVaultAccessPolicy", `{"BackupVaultName":"orders","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`)
	e.answer("backup", "GetBackupVaultNotifications", `{"BackupVaultName":"orders","BackupVaultEvents":["BACKUP_JOB_FAILED"],
		"SNSTopicArn":"arn:aws:sns:us-east-1:123456789012:backups"}`)
	e.answer("backup", "ListBackupSelections", `{"BackupSelectionsList":[{"SelectionId":"b1f2","SelectionName":"databases"}]}`)
	e.answer("backup", "GetBackupSelection", `{"SelectionId":"b1f2","BackupSelection":{"SelectionName":"databases",
		"IamRoleArn":"arn:aws:iam::123456789012:role/backup","ListOfTags":[{"ConditionType":"STRINGEQUALS","ConditionKey":"backup","ConditionValue":"daily"}]}}`)
	e.answer("backup", "DeleteBackupSelection", `{}`)
	e.answer("backup", "ListTags", `{"Tags":{"team":"blue","cost centre":"7"}}`) // moto takes the path's last slash for the ARN's
}

func backupLives() []life {
	return []life{
		{
			kind: "backup:backup-vault",
			create: func(e *estate) made {
				answerBackup(e)
				v := must(backup.NewFromConfig(e.Config).CreateBackupVault(e, &backup.CreateBackupVaultInput{
					BackupVaultName: aws.String("backup-vault-life"), BackupVaultTags: teamTags,
				}))(e)
				return made{ID: "backup-vault-life", ARN: *v.BackupVaultArn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Notifications.BackupVaultEvents[]", "BACKUP_JOB_FAILED")
				if !strings.Contains(string(r.Configuration), `"AccessPolicy":"{\"Version`) {
					t.Errorf("its policy is not in the configuration: %s", r.Configuration)
				}
			},
			changes: []change{flip("lock", func(e *estate, m made, changed bool) {
				c := backup.NewFromConfig(e.Config)
				if changed {
					must(c.PutBackupVaultLockConfiguration(e, &backup.PutBackupVaultLockConfigurationInput{BackupVaultName: &m.ID, MinRetentionDays: aws.Int64(7)}))(e)
				} else {
					must(c.DeleteBackupVaultLockConfiguration(e, &backup.DeleteBackupVaultLockConfigurationInput{BackupVaultName: &m.ID}))(e)
				}
			}, "Locked", "MinRetentionDays")},
			fewer: "moto has neither policies nor notifications of vaults, and takes the path's last slash for the ARN's",
		},
		{
			kind: "backup:backup-plan",
			create: func(e *estate) made {
				answerBackup(e)
				p := must(backup.NewFromConfig(e.Config).CreateBackupPlan(e, &backup.CreateBackupPlanInput{
					BackupPlan: &types.BackupPlanInput{BackupPlanName: aws.String("backup-plan-life"), Rules: []types.BackupRuleInput{{
						RuleName: aws.String("daily"), TargetBackupVaultName: aws.String("Default"),
					}}},
					BackupPlanTags: teamTags,
				}))(e)
				return made{ID: *p.BackupPlanId, ARN: *p.BackupPlanArn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Plan.Rules[].TargetBackupVaultName", "Default")
				wantConfiguration(t, r, "Selections[].SelectionName", "databases")
			},
			fewer: "moto has no UpdateBackupPlan, and takes the path's last slash for the ARN's",
		},
	}
}

// TestVaultMarks: a vault with recovery points, and those that AWS makes.
func TestVaultMarks(t *testing.T) {
	e := newEstate(t)
	answerBackup(e)
	arn := "arn:aws:backup:us-east-1:" + e.Account + ":backup-vault:"
	e.answer("backup", "ListBackupVaults", `{"BackupVaultList":[
		{"BackupVaultName":"aws/efs/automatic-backup-vault","BackupVaultArn":"`+arn+`aws/efs/automatic-backup-vault"},
		{"BackupVaultName":"Default","BackupVaultArn":"`+arn+`Default"},
		{"BackupVaultName":"full","BackupVaultArn":"`+arn+`full","NumberOfRecoveryPoints":3},
		{"BackupVaultName":"empty","BackupVaultArn":"`+arn+`empty"}]}`)
	got := make(map[string]*snapshot.Resource)
	for _, r := range of(e.capture("backup:backup-vault"), "backup:backup-vault") {
		got[r.ID] = r
	}
	for id, want := range map[string]struct{ provider, protected bool }{
		"aws/efs/automatic-backup-vault": {true, true}, "Default": {true, false}, "full": {false, true}, "empty": {false, false},
	} {
		r := got[id]
		if r == nil || r.Marked(snapshot.MarkProvider) != want.provider || r.Marked(snapshot.MarkProtected) != want.protected {
			t.Errorf("%s: got %+v, want %+v", id, r, want)
		}
	}
	if r := got["full"]; r != nil && r.Protection != "it holds 3 recovery points" {
		t.Errorf("got %q", r.Protection)
	}
}

// TestBackupPlanDelete: selections go first, and a selection that is gone already stops nothing.
func TestBackupPlanDelete(t *testing.T) {
	e := newEstate(t)
	answerBackup(e)
	p := must(backup.NewFromConfig(e.Config).CreateBackupPlan(e, &backup.CreateBackupPlanInput{BackupPlan: &types.BackupPlanInput{
		BackupPlanName: aws.String("nightly"), Rules: []types.BackupRuleInput{{RuleName: aws.String("r"), TargetBackupVaultName: aws.String("Default")}},
	}}))(e)
	r := &collect.Resource{ID: *p.BackupPlanId}
	if err := backupPlan.Delete(e.session.Scope(e, &backupPlan, testRegion), r); err != nil {
		t.Fatal(err)
	}
	var deletions []string
	for _, call := range e.Proxy.Calls() {
		if strings.HasPrefix(call.Operation, "Delete") {
			deletions = append(deletions, call.Operation)
		}
	}
	if got := strings.Join(deletions, " "); got != "DeleteBackupSelection DeleteBackupPlan" {
		t.Errorf("got %s", got)
	}
}
