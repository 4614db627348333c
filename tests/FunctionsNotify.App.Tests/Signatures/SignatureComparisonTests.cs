namespace FunctionsNotify.App.Tests.Signatures;

// Shows in both modes that the comparison sees the differences that it is there for.
public sealed class SignatureComparisonTests
{
    [Fact]
    public void Differences_OfATypeThatDoesNotExist_SaySo() =>
        Assert.Equal(
            [$"{typeof(Plain).FullName}: not in the real packages"],
            SignatureComparison.Differences(typeof(Plain), null, isDerivedFrom: false));

    [Theory]
    [InlineData(typeof(Plain))]
    [InlineData(typeof(ManyMembers))]
    [InlineData(typeof(SampleRecord))]
    [InlineData(typeof(Letters))]
    public void Differences_OfATypeWithItself_AreNone(Type type) =>
        Assert.Empty(SignatureComparison.Differences(type, type, isDerivedFrom: true));

    [Fact]
    public void Differences_OfASubset_AreNone() =>
        Assert.Empty(SignatureComparison.Differences(typeof(Plain), typeof(WithMore), isDerivedFrom: false));

    [Theory]
    [InlineData(typeof(OtherParameterName), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(OtherDefault), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(OtherNullability), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(OtherSlot), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(OtherReturn), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(NowObsolete), "not really there: public System.Int32 Act(System.String text, System.Int32 number = 1)")]
    [InlineData(typeof(MoreOverloads), "missing here: public System.Int32 Act(System.String text, System.Threading.CancellationToken cancellation)")]
    [InlineData(typeof(SealedNow), "is 'class base System.Object', really 'sealed class base System.Object'")]
    [InlineData(typeof(OtherBaseException), "is 'class base System.Object', really 'class base System.Exception'")]
    public void Differences_OfChangedMembers_NameThem(Type real, string difference) =>
        Assert.Contains(
            $"{typeof(Plain).FullName}: {difference}",
            SignatureComparison.Differences(typeof(Plain), real, isDerivedFrom: false));

    [Fact]
    public void Differences_OfADerivableType_NameTheMissingAbstractMember()
    {
        Assert.Empty(SignatureComparison.Differences(typeof(Open), typeof(OpenWithMore), isDerivedFrom: false));
        Assert.Equal(
            [$"{typeof(Open).FullName}: missing here: public abstract System.Void Second()"],
            SignatureComparison.Differences(typeof(Open), typeof(OpenWithMore), isDerivedFrom: true));
    }

    [Fact]
    public void Differences_OfAnInterfaceThatTheRealOneLacks_NameIt() =>
        Assert.Equal(
            [$"{typeof(Disposes).FullName}: does not really implement System.IDisposable"],
            SignatureComparison.Differences(typeof(Disposes), typeof(DisposesByNameOnly), isDerivedFrom: false)
                .Where(difference => difference.Contains("implement", StringComparison.Ordinal)));

    [Fact]
    public void Differences_OfAnEnumWithAnotherValue_NameIt() =>
        Assert.Equal(
            [$"{typeof(Letters).FullName}: not really there: static {typeof(Letters).FullName} B = 1"],
            SignatureComparison.Differences(typeof(Letters), typeof(ShiftedLetters), isDerivedFrom: false)
                .Where(difference => difference.EndsWith("B = 1", StringComparison.Ordinal)));

#pragma warning disable CA1822, CA1052, CA1024, IDE0060 // Shapes to compare, not code to call.
    public class Plain
    {
        public int Act(string text, int number = 1) => number;
    }

    public class WithMore
    {
        public int Act(string text, int number = 1) => number;

        public int Other() => 0;
    }

    public class OtherParameterName
    {
        public int Act(string content, int number = 1) => number;
    }

    public class OtherDefault
    {
        public int Act(string text, int number = 2) => number;
    }

    public class OtherNullability
    {
        public int Act(string? text, int number = 1) => number;
    }

    public class OtherSlot
    {
        public virtual int Act(string text, int number = 1) => number;
    }

    public class OtherReturn
    {
        public long Act(string text, int number = 1) => number;
    }

    public class NowObsolete
    {
        [Obsolete("old")]
        public int Act(string text, int number = 1) => number;
    }

    public class MoreOverloads
    {
        public int Act(string text, int number = 1) => number;

        public int Act(string text, CancellationToken cancellation) => 0;
    }

    public sealed class SealedNow
    {
        public int Act(string text, int number = 1) => number;
    }

    public class OtherBaseException : Exception
    {
        public int Act(string text, int number = 1) => number;
    }

    public abstract class Open
    {
        public abstract void First();
    }

    public abstract class OpenWithMore
    {
        public abstract void First();

        public abstract void Second();
    }

    public sealed class Disposes : IDisposable
    {
        public void Dispose()
        {
        }
    }

    public sealed class DisposesByNameOnly
    {
        public void Dispose()
        {
        }
    }

    public enum Letters
    {
        A,
        B,
    }

    public enum ShiftedLetters
    {
        A,
        B = 2,
    }

    public record SampleRecord(string Text, IReadOnlyList<string?>? Many = null);

    public class ManyMembers
    {
        public const int Limit = 3;

        public string? Text { get; init; }

        protected virtual Task<T?> MakeAsync<T>(params T[] values)
            where T : class, IDisposable => Task.FromResult<T?>(null);
    }
#pragma warning restore CA1822, CA1052, CA1024, IDE0060
}
