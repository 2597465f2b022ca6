package main

type costCmd struct{}
