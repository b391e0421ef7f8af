package squalltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// No proxy stands between a test and its Squall, whatever the environment says.
var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}

// ask asks for a page of /_squall. An error has Squall's own words.
func ask(base, method, page string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("squalltest: %w", err)
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, base+"/_squall/"+page, sent)
	if err != nil {
		return fmt.Errorf("squalltest: %w", err)
	}
	request.Header.Set("content-type", "application/json")
	if token := os.Getenv("SQUALL_ADMIN_TOKEN"); token != "" {
		request.Header.Set("authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("squalltest: there is no squall at %s: %w", base, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("squalltest: %w", err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("squalltest: %s", said(text, response.Status))
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

func said(text []byte, status string) string {
	var refusal struct{ Message string }
	if json.Unmarshal(text, &refusal) != nil || refusal.Message == "" {
		return status
	}
	return refusal.Message
}
