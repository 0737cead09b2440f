using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(TaskProgress))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(WaitList))]
[JsonSerializable(typeof(WorkerList))]
[JsonSerializable(typeof(DemandReply))]
[JsonSerializable(typeof(QueueListReply))]
[JsonSerializable(typeof(QueueReply))]
[JsonSerializable(typeof(LimitListReply))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(NewKeyReply))]
[JsonSerializable(typeof(KeyListReply))]
[JsonSerializable(typeof(WebhookRequest))]
[JsonSerializable(typeof(NewWebhookReply))]
[JsonSerializable(typeof(WebhookListReply))]
[JsonSerializable(typeof(WebhookTestReply))]
[JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(WebhookReplayReply))]
[JsonSerializable(typeof(ShareRequest))]
[JsonSerializable(typeof(ShareReply))]
[JsonSerializable(typeof(LimitItem))]
[JsonSerializable(typeof(DrainReply))]
[JsonSerializable(typeof(ArtifactList))]
internal sealed partial class ApiJson : JsonSerializerContext
{
}
