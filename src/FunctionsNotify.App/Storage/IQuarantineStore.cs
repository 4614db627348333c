namespace FunctionsNotify.App;

internal interface IQuarantineStore
{
    Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken);
}
