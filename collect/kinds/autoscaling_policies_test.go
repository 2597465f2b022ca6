package kinds

func autoScalingPoliciesLives() []life {
	return nil
}
