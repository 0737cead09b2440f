using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;
using VideoGen.Tasks;

namespace VideoGen.Stages.Speech;

/// <summary>A speech service over HTTP. What is spoken leaves this machine, so it is used only where it is configured and named.</summary>
internal sealed class ServiceSpeaker(HttpClient http, SpeechOptions options, MediaToolRunner tools, TimeProvider time) : ISpeaker
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one answer; about four minutes of sound.</summary>
    private const long MaxAnswerLength = 24L * 1024 * 1024;

    public SpeechEngine Engine => SpeechEngine.Service;

    public async Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        foreach (var utterance in utterances)
        {
            await SpeakAsync(utterance, Path.Combine(folder, utterance.WaveFile), cancellationToken).ConfigureAwait(false);
        }

        await SampleFiles.ConvertAsync(tools, utterances, folder, cancellationToken).ConfigureAwait(false);
        return [];
    }

    private async Task SpeakAsync(Utterance utterance, string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryRequestAsync(utterance, path, cancellationToken).ConfigureAwait(false) is not { } refusal)
                {
                    return;
                }

                var (status, wait) = refusal;
                if (wait > MaxRetryDelay || (wait is not null && attempt == MaxAttempts))
                {
                    // Its place in the worker is better used by others meanwhile.
                    throw new StageFailedException(
                        "speech.busy",
                        $"The speech service at {options.Endpoint!.Host} answered {(int)status} and wants to be asked again in {wait.Value.TotalSeconds:0} s.")
                    {
                        RetryAfter = wait,
                    };
                }

                if (attempt == MaxAttempts || !IsTransient(status))
                {
                    throw new StageFailedException(
                        "speech.refused",
                        $"The speech service at {options.Endpoint!.Host} answered {(int)status} ({status}). Check VIDEOGEN_SPEECH_ENDPOINT, "
                        + "VIDEOGEN_SPEECH_KEY and VIDEOGEN_SPEECH_MODEL.",
                        IsTransient(status));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TimeoutException)
            {
                if (attempt == MaxAttempts)
                {
                    throw new StageFailedException(
                        "speech.unreachable",
                        $"The speech service at {options.Endpoint!.Host} could not be reached: {exception.Message} "
                        + "Check VIDEOGEN_SPEECH_ENDPOINT, or use another voice.",
                        retryable: true,
                        exception);
                }
            }

            await new Backoff(options.FirstRetryDelay, MaxRetryDelay).WaitAsync(attempt, Random.Shared, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the sound was saved, else what the service answered, and after which time it wants to be asked again.</summary>
    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)?> TryRequestAsync(Utterance utterance, string path, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var body = new SpeechRequest(options.Model, utterance.Voice.Id, utterance.Text);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Endpoint!.AbsoluteUri.TrimEnd('/')}/audio/speech")
        {
            Content = new StringContent(JsonSerializer.Serialize(body, SpeechJson.Default.SpeechRequest), new MediaTypeHeaderValue("application/json")),
        };
        if (options.Key is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (response.StatusCode, IsTransient(response.StatusCode) ? response.Headers.RetryAfter?.WaitFrom(time.GetUtcNow()) : null);
            }

            await SaveAsync(response, path, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {options.RequestTimeout.TotalSeconds:0} seconds.");
        }
    }

    private static async Task SaveAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var sound = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[65_536];
        int read;
        while ((read = await sound.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            if (file.Length > MaxAnswerLength)
            {
                throw new StageFailedException("speech.too_long", $"The speech service sent more than {MaxAnswerLength / (1024 * 1024)} MiB for one sentence.");
            }
        }
    }

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}

internal sealed record SpeechRequest(string Model, string Voice, string Input, string ResponseFormat = "wav");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SpeechRequest))]
internal sealed partial class SpeechJson : JsonSerializerContext
{
}
