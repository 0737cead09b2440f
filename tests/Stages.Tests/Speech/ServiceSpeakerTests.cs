using System.Net;
using System.Net.Http.Headers;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages.Tests.Speech;

public sealed class ServiceSpeakerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vg-service").FullName;

    private static readonly SpeechOptions Options = new()
    {
        Endpoint = new Uri("https://speech.example/v1/"),
        Key = "secret",
        FirstRetryDelay = TimeSpan.FromMilliseconds(1),
    };

    [Fact]
    public async Task ASentenceIsAskedForAndItsSoundIsKept()
    {
        var service = new Service(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        using var http = new HttpClient(service);

        await Speaker(http).SpeakAsync([Utterance("Say \"this\".")], _folder, TestContext.Current.CancellationToken);

        Assert.Equal("https://speech.example/v1/audio/speech", service.Address);
        Assert.Equal("Bearer secret", service.Authorization);
        Assert.Equal("""{"model":"gpt-4o-mini-tts","voice":"alloy","input":"Say \u0022this\u0022.","response_format":"wav"}""", service.Body);
        Assert.Equal(48_000, (await SampleFiles.ReadAsync(Path.Combine(_folder, "utterance-0000.f32"), TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task AWrongKeyIsNotTriedAgain()
    {
        var service = new Service(HttpStatusCode.Unauthorized, HttpStatusCode.OK);
        using var http = new HttpClient(service);

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => Speaker(http).SpeakAsync([Utterance("x")], _folder, TestContext.Current.CancellationToken));

        Assert.Equal("speech.refused", failure.Code);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, service.Calls);
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(1, 3)]
    public async Task AServiceThatWantsToBeAskedLaterIsLeftAlone(int seconds, int calls)
    {
        var service = new Service(HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.OK)
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };
        using var http = new HttpClient(service);

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => Speaker(http).SpeakAsync([Utterance("x")], _folder, TestContext.Current.CancellationToken));

        Assert.Equal(("speech.busy", TimeSpan.FromSeconds(seconds)), (failure.Code, failure.RetryAfter));
        Assert.Equal(calls, service.Calls);
    }

    [Fact]
    public async Task AServiceThatStaysAwayIsGivenUp()
    {
        var service = new Service(HttpStatusCode.BadGateway, HttpStatusCode.BadGateway, HttpStatusCode.BadGateway, HttpStatusCode.OK);
        using var http = new HttpClient(service);

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => Speaker(http).SpeakAsync([Utterance("x")], _folder, TestContext.Current.CancellationToken));

        Assert.True(failure.Retryable);
        Assert.Equal(3, service.Calls);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Utterance Utterance(string text) => new(0, text, new Voice(SpeechEngine.Service, "alloy"));

    private static ServiceSpeaker Speaker(HttpClient http) =>
        new(http, Options, new MediaToolRunner(new MediaOptions(), TimeProvider.System), TimeProvider.System);

    /// <summary>Answers with one status after the other; with a second of sound where that is a success.</summary>
    private sealed class Service(params HttpStatusCode[] answers) : HttpMessageHandler
    {
        public int Calls { get; private set; }

        public TimeSpan? RetryAfter { get; init; }

        public string? Address { get; private set; }

        public string? Authorization { get; private set; }

        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri!.AbsoluteUri;
            Authorization = request.Headers.Authorization?.ToString();
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            var path = Path.GetTempFileName();
            await WaveFile.WriteAsync(path, new float[48_000], cancellationToken);
            var sound = await File.ReadAllBytesAsync(path, cancellationToken);
            File.Delete(path);
            var answer = new HttpResponseMessage(answers[Calls++]) { Content = new ByteArrayContent(sound) };
            answer.Headers.RetryAfter = RetryAfter is { } wait ? new RetryConditionHeaderValue(wait) : null;
            return answer;
        }
    }
}
