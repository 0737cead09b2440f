using System.Text;
using System.Text.Json.Nodes;
using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Tests.Piper;

public sealed class PiperConfigTests
{
    [Fact]
    public void AFileOfAVoiceIsRead()
    {
        var config = Parse(new TinyVoice { Speakers = 3, SampleRate = 16_000 }.Config());

        Assert.Equal((16_000, "en-us", "en-us", false), (config.SampleRate, config.EspeakVoice, config.Language, config.ReadsText));
        Assert.Equal((0.667f, 1f, 0.8f), (config.NoiseScale, config.LengthScale, config.NoiseWidth));
        Assert.Equal([1L], config.PhonemeIds["^"]);
        Assert.Equal((3, 1L), (config.SpeakerCount, config.Speakers["ada"]));
    }

    [Fact]
    public void AVoiceOfLettersSaysItsLanguageByItsCode()
    {
        var config = Parse(new TinyVoice
        {
            Change = json =>
            {
                json["phoneme_type"] = "text";
                json.Remove("espeak");
                json["language"]!["code"] = "uk_UA";
                json.Remove("inference");
            },
        }.Config());

        Assert.Equal((true, null, "uk-ua", 1f), (config.ReadsText, config.EspeakVoice, config.Language, config.LengthScale));
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("[1, 2]", "espeak.voice is missing")]
    [InlineData("{\"phoneme_type\": 1}", "phoneme_type is no text")]
    [InlineData("{\"phoneme_type\": \"pinyin\"}", "its phoneme_type is 'pinyin', and only 'espeak' and 'text' are known here")]
    public void WhatIsNoVoiceIsRefused(string json, string why) => RefusedFor(json, why);

    [Theory]
    [InlineData("audio", "{}", "audio.sample_rate is missing")]
    [InlineData("audio", "{\"sample_rate\": 4000}", "audio.sample_rate is no whole number from 8000 to 192000")]
    [InlineData("audio", "{\"sample_rate\": 1e99}", "audio.sample_rate is no whole number from 8000 to 192000")]
    [InlineData("espeak", "{}", "espeak.voice is missing")]
    [InlineData("espeak", "{\"voice\": \"-f/etc/passwd\"}", "espeak.voice is '-f/etc/passwd', which is no name of a voice of espeak-ng")]
    [InlineData("inference", "{\"length_scale\": 0}", "inference.length_scale is no number from 0.1 to 10")]
    [InlineData("inference", "{\"noise_w\": \"x\"}", "inference.noise_w is no number from 0 to 10")]
    [InlineData("num_speakers", "0", "num_speakers is no whole number from 1 to 10000")]
    [InlineData("speaker_id_map", "{\"ada\": 1}", "the speaker 'ada' in speaker_id_map is no whole number from 0 to 0")]
    [InlineData("phoneme_id_map", "{\"_\": [0], \"^\": [1]}", "phoneme_id_map has no '$'")]
    [InlineData("phoneme_id_map", "{\"_\": []}", "phoneme_id_map has no list of 1 to 32 ids for '_'")]
    [InlineData("phoneme_id_map", "{\"_\": [-1]}", "an id of '_' in phoneme_id_map is no whole number from 0 to 1000000")]
    [InlineData("phoneme_id_map", "3", "phoneme_id_map does not give each phoneme its ids")]
    public void AMemberThatIsNoGoodIsNamed(string member, string value, string why) =>
        RefusedFor(new TinyVoice { Change = json => json[member] = JsonNode.Parse(value) }.Config(), why);

    private static void RefusedFor(string json, string why) =>
        Assert.StartsWith(why, Assert.Throws<FormatException>(() => Parse(json)).Message, StringComparison.Ordinal);

    private static PiperConfig Parse(string json) => PiperConfig.Parse(Encoding.UTF8.GetBytes(json));
}
