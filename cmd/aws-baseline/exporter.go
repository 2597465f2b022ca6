package main

type exporterCmd struct{}
