package seal

import (
	"strings"
	"testing"
)

func TestNoLabelBeginsAnother(t *testing.T) {
	labels := []string{
		LabelCertificate, LabelBundle, LabelShift, LabelOperator, LabelSignKey, LabelBoxKey, LabelReceipt,
		LabelDayStep, LabelBootstrap, LabelMessageKey, LabelPairMAC, LabelLink, LabelGroup, LabelGroupDay, LabelPairDay, LabelPairMACKey,
		LabelGroupSeal, LabelPairSeal, LabelFrame, LabelAccept, LabelChallenge, LabelOwnNumber, LabelNonce,
		LabelHead, LabelDelivered,
	}
	for i, a := range labels {
		if !strings.HasPrefix(a, "blackstart ") || strings.IndexByte(a, 0) != len(a)-1 {
			t.Errorf("label %q", a)
		}
		for j, b := range labels {
			if i != j && strings.HasPrefix(a, b) {
				t.Errorf("label %q begins with %q", a, b)
			}
		}
	}
}
